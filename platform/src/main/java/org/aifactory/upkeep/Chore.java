package org.aifactory.upkeep;

/** Something that has to be seen to now and then, by one instance of the platform at a time. A module brings a bean for each. */
public interface Chore {

    /** Names it in the log: {@code reconciliation}. */
    String name();

    /** Does what is due; called again and again. What fails now is due the next time. */
    void see();
}
