package org.aifactory.notices;

import java.util.Locale;

/** What a notice is about; mails are switched off by it. */
enum Kind {
    /** An application of one's own was decided. */
    APPLICATION,
    /** Something waits for one's decision. */
    REVIEW,
    /** An allocation runs out, or has changed. */
    ALLOCATION,
    /** A run has ended. */
    RUN,
    /** A token or a key soon opens nothing any more. */
    KEY,
    /** A machine that one operates. */
    MACHINE,
    /** Somebody asks one to join an organisation. */
    INVITATION;

    /** As it stands in keys of messages. */
    public String slug() {
        return name().toLowerCase(Locale.ROOT);
    }
}
