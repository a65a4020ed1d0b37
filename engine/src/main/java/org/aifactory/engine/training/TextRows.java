package org.aifactory.engine.training;

import java.util.SplittableRandom;
import org.aifactory.engine.corpus.TokenShards;

/**
 * Windows of running text. Each time through the data the windows are cut at another place and come in another order, both
 * found from the seed and the number of the pass.
 */
final class TextRows implements Rows {
    private final TokenShards shards;
    private final int length;
    private final long seed;
    private final long rowsPerEpoch;

    /** @param length tokens of a window; the shards must hold more than twice as many */
    TextRows(TokenShards shards, int length, long seed) {
        this.shards = shards;
        this.length = length;
        this.seed = seed;
        this.rowsPerEpoch = (shards.tokens() - length) / length;
        if (rowsPerEpoch < 1) {
            throw new IllegalArgumentException(shards.tokens() + " tokens are too few for windows of " + length);
        }
    }

    @Override
    public void read(long number, Batch batch, int row) {
        long epoch = number / rowsPerEpoch;
        SplittableRandom random = new SplittableRandom(seed + epoch);
        long offset = random.nextLong(Math.min(length, shards.tokens() - rowsPerEpoch * length));
        long window = new Permutation(rowsPerEpoch, random.nextLong()).apply(number % rowsPerEpoch);
        long[] tokens = new long[length + 1];
        shards.copy(offset + window * length, length + 1, tokens);
        System.arraycopy(tokens, 0, batch.tokens(), row * length, length);
        System.arraycopy(tokens, 1, batch.targets(), row * length, length);
    }
}
