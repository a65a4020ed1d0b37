package org.aifactory.engine.generation;

import java.util.List;
import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.model.Rope;

/** Sines and cosines of the positions in one pass; a table of all positions of a long context would be large and little used. */
final class RotaryAngles {
    private final double[] frequencies;
    private float[] cosines = new float[0]; // [rows, headWidth / 2]
    private float[] sines = new float[0]; // [rows, headWidth / 2]

    RotaryAngles(ModelConfig config) {
        this.frequencies = Rope.frequencies(config);
    }

    /** Computes the angles of the {@code rows} positions that {@code chunks} take up. */
    void turnTo(List<CachedDecoder.Chunk> chunks, int rows) {
        int half = frequencies.length;
        if (cosines.length < rows * half) {
            cosines = new float[rows * half];
            sines = new float[rows * half];
        }
        int next = 0;
        for (CachedDecoder.Chunk chunk : chunks) {
            for (int i = 0; i < chunk.size(); i++) {
                int position = chunk.cache().length() + i;
                for (double frequency : frequencies) {
                    cosines[next] = (float) Math.cos(position * frequency);
                    sines[next++] = (float) Math.sin(position * frequency);
                }
            }
        }
    }

    /** Rotates the head at {@code offset} by the angles of {@code row}: element i is paired with element i + headWidth/2. */
    void rotate(int row, float[] heads, int offset) {
        int half = frequencies.length;
        int angle = row * half;
        for (int i = 0; i < half; i++) {
            float low = heads[offset + i];
            float high = heads[offset + half + i];
            heads[offset + i] = low * cosines[angle + i] - high * sines[angle + i];
            heads[offset + half + i] = high * cosines[angle + i] + low * sines[angle + i];
        }
    }
}
