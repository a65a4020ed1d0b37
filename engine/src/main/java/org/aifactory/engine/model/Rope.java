package org.aifactory.engine.model;

import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Rotary position embedding (Su et al. 2021, arXiv:2104.09864) in Hugging Face's convention: element i of a head is paired with
 * element i + headWidth/2. The tables are full width, with the sign of the rotation folded into the sines, so that a rotation is
 * {@code x * cosines + swapHalves(x) * sines}.
 */
public final class Rope {
    private final Tensor cosines; // [positions, 1, headWidth]
    private final Tensor sines; // [positions, 1, headWidth]

    private Rope(Tensor cosines, Tensor sines) {
        this.cosines = cosines;
        this.sines = sines;
    }

    /** Tables for positions 0 to {@code positions - 1}, on {@code device}. They live as long as the scope around the call. */
    public static Rope of(ModelConfig config, int positions, Device device, ScalarType type) {
        double[] frequencies = frequencies(config);
        int half = frequencies.length;
        float[] cosines = new float[positions * 2 * half];
        float[] sines = new float[positions * 2 * half];
        for (int position = 0; position < positions; position++) {
            for (int i = 0; i < half; i++) {
                double angle = position * frequencies[i];
                int low = position * 2 * half + i;
                cosines[low] = (float) Math.cos(angle);
                cosines[low + half] = (float) Math.cos(angle);
                sines[low] = (float) -Math.sin(angle);
                sines[low + half] = (float) Math.sin(angle);
            }
        }
        return new Rope(table(cosines, positions, device, type), table(sines, positions, device, type));
    }

    private static Tensor table(float[] values, int positions, Device device, ScalarType type) {
        return Ops.scoped(() -> Tensor.create(values, positions, 1, values.length / positions)
                .to(device, type, false, true, new MemoryFormatOptional()));
    }

    /** Angle per position of each pair of a head, in radians: {@code headWidth / 2} values. */
    public static double[] frequencies(ModelConfig config) {
        double[] frequencies = new double[config.headWidth() / 2];
        for (int i = 0; i < frequencies.length; i++) {
            double plain = Math.pow(config.ropeTheta(), -2.0 * i / config.headWidth());
            frequencies[i] = switch (config.ropeScaling()) {
                case RopeScaling.None() -> plain;
                case RopeScaling.Linear(double factor) -> plain / factor;
                case RopeScaling.Llama3 scaling -> scaled(plain, scaling);
            };
        }
        return frequencies;
    }

    private static double scaled(double frequency, RopeScaling.Llama3 scaling) {
        double wavelength = 2 * Math.PI / frequency;
        double ratio = scaling.originalContext() / wavelength;
        if (ratio > scaling.highFrequencyFactor()) {
            return frequency;
        }
        if (ratio < scaling.lowFrequencyFactor()) {
            return frequency / scaling.factor();
        }
        double smooth =
                (ratio - scaling.lowFrequencyFactor()) / (scaling.highFrequencyFactor() - scaling.lowFrequencyFactor());
        return (1 - smooth) * frequency / scaling.factor() + smooth * frequency;
    }

    /** Rotates the heads of {@code input} [batch, length, heads, headWidth], whose first token stands at {@code start}. */
    public Tensor rotate(Tensor input, long start) {
        return Ops.scoped(() -> {
            long length = input.size(1);
            long half = input.size(3) / 2;
            Tensor swapped = torch.roll(input, new long[] {half}, 3);
            return torch.addcmul(input.mul(cosines.narrow(0, start, length)), swapped, sines.narrow(0, start, length));
        });
    }
}
