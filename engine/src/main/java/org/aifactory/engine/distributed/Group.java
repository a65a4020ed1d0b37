package org.aifactory.engine.distributed;

import org.bytedeco.pytorch.Tensor;

/**
 * The processes that train one model together, as one of them sees them. The first leads: what it tells, the others do. All of them make
 * the same calls of {@link #sum} and {@link #spread} in the same order, each with tensors of the same size.
 *
 * <p>A process that dies, or does not answer any more, ends all: every method that waits throws {@link GroupLostException} then.
 */
public interface Group extends AutoCloseable {

    /** One process, to whom nobody belongs. */
    static Group alone() {
        return new Alone();
    }

    /** Meets the others, the first of whom may still be on its way. */
    static Group join(Membership membership) {
        return GlooGroup.join(membership);
    }

    /** This process's number, from zero. */
    int rank();

    int size();

    default boolean leads() {
        return rank() == 0;
    }

    /** Says something to all, by a name under which nothing was said before. */
    void tell(String name, String words);

    /**
     * Waits, for as long as it takes, for what somebody tells by this name.
     *
     * @throws GroupEndedException where the first has ended the work instead
     */
    String await(String name);

    /** Waits until all have come so far, and lets them add from then on. */
    void connect();

    /** The sum of all processes' tensors takes the place of each; the same to the last bit everywhere. */
    void sum(Tensor tensor);

    /** The first process's tensor takes the place of each. */
    void spread(Tensor tensor);

    /** The first one's last words, which end the work of all; by it alone, once. Returns when the others have heard, or after a while. */
    void end(String words);

    /** This process cannot go on; the others learn why. */
    void fail(String sentence);

    @Override
    void close();
}
