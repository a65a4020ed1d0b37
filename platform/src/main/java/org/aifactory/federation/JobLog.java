package org.aifactory.federation;

/**
 * A piece of what a job has printed. Of a very long log the beginning and the end are kept, and what was between is left out.
 *
 * @param from where the piece begins, in bytes since the first; more than was asked for where the rest was left out
 * @param bytes as printed; not always text
 * @param size how much has been printed so far
 * @param leftOut how much of that is kept nowhere
 */
@SuppressWarnings("ArrayRecordComponent")
public record JobLog(long from, byte[] bytes, long size, long leftOut) {

    /** Of a log that is kept whole. */
    public JobLog(long from, byte[] bytes, long size) {
        this(from, bytes, size, 0);
    }

    /** Where the next piece begins. */
    public long next() {
        return from + bytes.length;
    }
}
