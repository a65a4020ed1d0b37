package org.aifactory.engine.training;

/**
 * Training rows in a fixed, seeded, endless order: a row is found from its number alone, so that the place in the data after any
 * step is one number, and a resumed run sees what an uninterrupted one would have seen.
 */
public interface Rows {

    /** Writes row {@code number} into {@code batch} at place {@code row}. */
    void read(long number, Batch batch, int row);

    /** Rows {@code first} to {@code first + count - 1}. */
    default Batch batch(long first, int count, int length) {
        Batch batch = new Batch(count, length, new long[count * length], new long[count * length]);
        for (int row = 0; row < count; row++) {
            read(first + row, batch, row);
        }
        return batch;
    }
}
