package org.aifactory.programme;

import java.util.Locale;
import java.util.Set;

/** Where a proposal stands. */
public enum ProposalState {
    /** Is being written; only those of its organisation know of it. */
    DRAFT,
    /** Is judged after its cut-off. */
    SUBMITTED,
    WITHDRAWN,
    SELECTED,
    /** Takes the place of a selected one that falls away. */
    RESERVE,
    REFUSED;

    boolean mayBecome(ProposalState next) {
        return (switch (this) {
                    case DRAFT -> Set.of(SUBMITTED, WITHDRAWN);
                    case SUBMITTED -> Set.of(SUBMITTED, WITHDRAWN, SELECTED, RESERVE, REFUSED);
                    case RESERVE -> Set.of(SELECTED, WITHDRAWN);
                    case SELECTED -> Set.of(WITHDRAWN);
                    case WITHDRAWN, REFUSED -> Set.<ProposalState>of();
                })
                .contains(next);
    }

    /** As it stands in keys of messages. */
    public String slug() {
        return name().toLowerCase(Locale.ROOT);
    }
}
