package org.aifactory.upkeep;

import java.time.Duration;
import java.util.Optional;

/** Something that a module keeps for a while and that then goes by itself. A module brings a bean of this for each such thing. */
public interface Passing {

    /** Names it in answers, and after {@code upkeep.} in the message that says what it is: {@code run-scratch}. */
    String name();

    /** How long it stays; empty where it stays for good, because whoever runs the platform wants it so. */
    Optional<Duration> kept();

    /** Removes what is due. Called by one at a time, again and again; what fails now is due the next time. */
    Freed clear();

    /**
     * What was removed.
     *
     * @param bytes on the disk; zero where it was rows of the database, whose room is used again
     */
    record Freed(long things, long bytes) {
        public static final Freed NOTHING = new Freed(0, 0);

        public Freed plus(Freed more) {
            return new Freed(things + more.things, bytes + more.bytes);
        }
    }

    /** What is named so, kept for so long and cleared so. */
    static Passing of(String name, Optional<Duration> kept, Clearing clearing) {
        return new Passing() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Optional<Duration> kept() {
                return kept;
            }

            @Override
            public Freed clear() {
                return clearing.clear();
            }
        };
    }

    /** How something is removed that is due. */
    @FunctionalInterface
    interface Clearing {
        Freed clear();
    }
}
