package org.aifactory.observatory;

/** What an announcement is. Only what is of one kind is compared. */
enum Kind {
    /** Decided by whoever may spend it. */
    BUDGET,
    /** Asked of whoever decides the budget. */
    REQUEST,
    /** Advised to whoever could ask for it. */
    RECOMMENDATION,
    FUND,
    PLEDGE,
    /** Without an amount. */
    POLICY,
    /** What somebody reckons to come of something. */
    ESTIMATE;

    /** Whether money of this kind can be promised by whoever has it. */
    boolean canBeCommitted() {
        return switch (this) {
            case BUDGET, FUND, PLEDGE -> true;
            case REQUEST, RECOMMENDATION, POLICY, ESTIMATE -> false;
        };
    }
}
