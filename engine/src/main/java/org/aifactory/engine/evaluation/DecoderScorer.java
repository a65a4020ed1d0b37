package org.aifactory.engine.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.aifactory.engine.Tasks;
import org.aifactory.engine.model.Decoder;
import org.aifactory.engine.model.Ops;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Scores windows with a transformer. Windows of about the same length go through together; the sum is taken in an order that
 * does not depend on the number of threads.
 */
public final class DecoderScorer implements WindowScorer, AutoCloseable {
    private static final int TOKENS_PER_PASS = 1 << 11;
    /** Logits made at a time, in bytes: a long vocabulary would else fill the memory with them. */
    private static final long LOGIT_BYTES = 32L << 20;

    private final Decoder decoder;
    private final Device device;
    private final ExecutorService workers;

    /**
     * @param decoder without gradients, its rotary tables at least as long as the longest window
     * @param device where its weights are
     * @param threads passes at the same time: cores of a CPU, 1 for a GPU
     */
    public DecoderScorer(Decoder decoder, Device device, int threads) {
        this.decoder = decoder;
        this.device = device;
        this.workers = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().daemon().name("scorer-", 0).factory());
    }

    @Override
    public double nats(List<Window> windows) {
        List<Callable<Double>> passes = passes(windows).stream()
                .<Callable<Double>>map(pass -> () -> pass(pass))
                .toList();
        // In one order, whichever thread was faster: sums of floating-point numbers depend on it.
        double nats = 0;
        for (double sum : Tasks.results(workers, passes)) {
            nats += sum;
        }
        return nats;
    }

    /** Groups the windows by length, so that little is padded. */
    private static List<List<Window>> passes(List<Window> windows) {
        List<Window> byLength = windows.stream()
                .sorted(Comparator.comparingInt(Window::length).reversed())
                .toList();
        List<List<Window>> passes = new ArrayList<>();
        int from = 0;
        while (from < byLength.size()) {
            int rows = Math.max(1, TOKENS_PER_PASS / byLength.get(from).length());
            int to = Math.min(byLength.size(), from + rows);
            passes.add(byLength.subList(from, to));
            from = to;
        }
        return passes;
    }

    private double pass(List<Window> windows) {
        torch.set_num_threads(1);
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            int rows = windows.size();
            int length = windows.getFirst().length();
            long[] inputs = new long[rows * length];
            long[] targets = new long[rows * length];
            Arrays.fill(targets, Window.NOT_SCORED);
            for (int row = 0; row < rows; row++) {
                // Attention looks back only, so what fills up a short row behind its end changes nothing.
                Window window = windows.get(row);
                System.arraycopy(window.inputs(), 0, inputs, row * length, window.length());
                System.arraycopy(window.targets(), 0, targets, row * length, window.length());
            }
            Tensor hidden = decoder.hidden(Tensor.create(inputs, rows, length).to(device, ScalarType.Long));
            return nats(hidden, Tensor.create(targets).to(device, ScalarType.Long));
        }
    }

    /** Sum of the losses of {@code targets} [rows] under hidden states of as many rows, some rows at a time. */
    private double nats(Tensor hidden, Tensor targets) {
        Tensor output = decoder.parameters().output();
        Tensor flat = hidden.reshape(-1, output.size(1));
        long rows = targets.size(0);
        long step = Math.max(1, LOGIT_BYTES / (Float.BYTES * output.size(0)));
        double nats = 0;
        for (long from = 0; from < rows; from += step) {
            nats += nats(flat, output, targets, from, Math.min(step, rows - from));
        }
        return nats;
    }

    private static double nats(Tensor hidden, Tensor output, Tensor targets, long from, long count) {
        try (PointerScope scope = new PointerScope()) {
            Tensor logits = torch.linear(hidden.narrow(0, from, count), output);
            return Ops.crossEntropy(logits, targets.narrow(0, from, count)).item_double();
        }
    }

    @Override
    public void close() {
        workers.shutdownNow();
        workers.close();
    }
}
