package org.aifactory.cofunding;

/**
 * How far money has come, in euro cents; each is part of the one before it.
 *
 * @param called instalments that were asked for
 * @param late of these, what was to be paid before today and has not come
 */
record LineMoney(long pledged, long committed, long called, long paid, long spent, long late) {
    static final LineMoney NONE = new LineMoney(0, 0, 0, 0, 0, 0);

    LineMoney plus(LineMoney other) {
        return new LineMoney(
                Math.addExact(pledged, other.pledged),
                Math.addExact(committed, other.committed),
                Math.addExact(called, other.called),
                Math.addExact(paid, other.paid),
                Math.addExact(spent, other.spent),
                Math.addExact(late, other.late));
    }
}
