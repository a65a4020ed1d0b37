package org.aifactory.identity;

/** What a person does for the whole platform, whatever organisation they belong to. */
public enum Duty {
    /** Sets the platform up; sees the audit trail, and nobody's data. */
    ADMINISTRATOR,
    /** Judges applications and proposals that are assigned. */
    REVIEWER,
    /** Helps start-ups, and is booked. */
    EXPERT,
    /** Keeps what is known of nations' initiatives, and the exchange rates that compare them. */
    ANALYST
}
