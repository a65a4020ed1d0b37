package org.aifactory.hosting;

import java.util.Locale;

/** How far a factory has come, in the order in which it does. */
enum Step {
    /** The hosting agreement is signed. */
    AGREEMENT,
    /** The machine is put out to tender. */
    TENDER,
    /** The contract for it is signed. */
    CONTRACT,
    INSTALLATION,
    /** It does what was agreed. */
    ACCEPTANCE,
    /** It serves its users. Whether jobs start on it, its operator says. */
    OPERATION;

    /** As it stands in addresses and keys of messages. */
    public String slug() {
        return name().toLowerCase(Locale.ROOT);
    }
}
