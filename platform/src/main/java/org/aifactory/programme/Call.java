package org.aifactory.programme;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.aifactory.ledger.AccountId;

/**
 * A call for proposals.
 *
 * @param version counts the changes
 * @param budget the account that it gives from; empty for a draft, and for one that was published elsewhere
 * @param isImported whether it was published elsewhere; nothing can be proposed to it here
 */
record Call(
        CallId id,
        String slug,
        CallKind kind,
        boolean isPublished,
        int version,
        CallDefinition definition,
        Optional<AccountId> budget,
        boolean isImported) {

    /** What can be done with it at a moment. */
    enum Phase {
        DRAFT,
        /** Published, and not open yet. */
        ANNOUNCED,
        OPEN,
        CLOSED;

        public String slug() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    Phase phase(Instant now) {
        if (!isPublished) {
            return Phase.DRAFT;
        }
        if (definition.opening().filter(now::isBefore).isPresent()) {
            return Phase.ANNOUNCED;
        }
        boolean isOver = definition.closing().filter(now::isAfter).isPresent()
                || definition.cutOffFor(now).isEmpty();
        return isImported || isOver ? Phase.CLOSED : Phase.OPEN;
    }

    /** As the audit trail names it. */
    String subject() {
        return "call " + id;
    }
}
