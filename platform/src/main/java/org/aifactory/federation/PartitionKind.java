package org.aifactory.federation;

import org.aifactory.ledger.Unit;

/** What is granted and charged on a partition. */
public enum PartitionKind {
    GPU(Unit.GPU_SECOND, HourUnit.GPU_HOUR),
    CPU(Unit.CPU_CORE_SECOND, HourUnit.CORE_HOUR);

    private final Unit unit;
    private final HourUnit hours;

    PartitionKind(Unit unit, HourUnit hours) {
        this.unit = unit;
        this.hours = hours;
    }

    /** What the ledger counts. */
    public Unit unit() {
        return unit;
    }

    /** What people count: 3600 of the ledger's unit, and what a price is for. */
    public HourUnit hours() {
        return hours;
    }
}
