package org.aifactory.engine.distributed;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.StringVector;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;
import org.bytedeco.pytorch.global.torch_gloo;
import org.jspecify.annotations.Nullable;

/**
 * A group over the network, by LibTorch's Gloo: the first process keeps a table of words (its TCPStore), and all add tensors in a ring.
 * Tensors of a GPU travel by way of the CPU. Nothing on these connections is encrypted or asks for a password, as is usual inside of a
 * cluster.
 */
final class GlooGroup implements Group {
    /** How long the others may take to come to where the first waits for them: jobs begin on all nodes at about the same time. */
    private static final Duration MEETING_MAX = Duration.ofMinutes(5);
    /** How long the first waits for the others to hear its last words. */
    private static final Duration PARTING_MAX = Duration.ofSeconds(5);
    /** Of Gloo's own; who is gone is found out by the pulse. */
    private static final Duration FOREVER = Duration.ofDays(30);

    private static final Duration REASON_MAX = Duration.ofSeconds(2);
    private static final long WAIT_NANOS = 20_000;
    private static final long LOOK_NANOS = 50_000_000;
    private static final String READY = "ready";

    private final Membership me;
    private final TCPStore store;
    private final Pulse pulse;
    private @Nullable ProcessGroupGloo gloo;

    private GlooGroup(Membership me, TCPStore store) {
        this.me = me;
        this.store = store;
        this.pulse = new Pulse(store, me);
    }

    static GlooGroup join(Membership me) {
        Loader.load(torch_gloo.class);
        try (PointerScope scope = new PointerScope()) {
            TCPStoreOptions options = new TCPStoreOptions()
                    .port((short) me.port())
                    .isServer(me.rank() == 0)
                    .waitWorkers(false)
                    .timeout(milliseconds(MEETING_MAX));
            TCPStore store = new TCPStore(me.host(), options);
            store.retainReference();
            return new GlooGroup(me, store);
        } catch (RuntimeException failure) {
            throw new EngineException(
                    Kind.RESOURCE,
                    (me.rank() == 0
                                    ? "The other processes of this training cannot be awaited at "
                                    : "The first process of this training is not found at ")
                            + me.host() + ":" + me.port() + " (" + firstLine(failure) + ").",
                    failure);
        }
    }

    @Override
    public int rank() {
        return me.rank();
    }

    @Override
    public int size() {
        return me.size();
    }

    @Override
    public void tell(String name, String words) {
        heard(() -> store.set(name, words));
    }

    @Override
    public String await(String name) {
        // Where the first process has gone, its table has too, and only the pulse knows why.
        heard(() -> until(() -> knows(name), LOOK_NANOS));
        return store.get_to_str(name);
    }

    @Override
    public void connect() {
        pulse.check();
        heard(() -> store.add(READY, 1));
        long begin = System.nanoTime();
        // The first may be long in reading what is gone on from; of the others it waits for none so long.
        heard(() -> until(
                () -> {
                    if (me.rank() == 0 && System.nanoTime() - begin > MEETING_MAX.toNanos()) {
                        throw new GroupLostException("Of " + me.size() + " processes, " + store.add(READY, 0)
                                + " have come to the training within " + MEETING_MAX.toMinutes() + " minutes.");
                    }
                    return store.add(READY, 0) >= me.size();
                },
                LOOK_NANOS));
        pulse.watch();
        heard(() -> {
            try (PointerScope scope = new PointerScope()) {
                ProcessGroupGloo.Options options = ProcessGroupGloo.Options.create(milliseconds(MEETING_MAX));
                options.devices().put(ProcessGroupGloo.createDeviceForHostname(address()));
                ProcessGroupGloo made = new ProcessGroupGloo(store, me.rank(), me.size(), options);
                made.retainReference();
                made.setTimeout(milliseconds(FOREVER));
                gloo = made;
            }
        });
    }

    /** Of the network by which this machine reaches the first one. Nothing is sent for that. */
    private String address() {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(me.host(), me.port()));
            return socket.getLocalAddress().getHostAddress();
        } catch (IOException failure) {
            throw new GroupLostException("There is no way from this machine to the first process's at " + me.host()
                    + " (" + firstLine(failure) + ").");
        }
    }

    @Override
    public void sum(Tensor tensor) {
        collect(tensor, (group, tensors) -> group.allreduce(tensors));
    }

    /** Whose root is the first process unless told otherwise. */
    @Override
    public void spread(Tensor tensor) {
        collect(tensor, (group, tensors) -> group.broadcast(tensors));
    }

    private interface Collective {
        Work begin(ProcessGroupGloo group, TensorVector tensors);
    }

    private void collect(Tensor tensor, Collective collective) {
        ProcessGroupGloo group = gloo;
        if (group == null) {
            throw new IllegalStateException("not connected");
        }
        heard(() -> {
            try (PointerScope scope = new PointerScope();
                    NoGradGuard guard = new NoGradGuard()) {
                Tensor onCpu = tensor.is_cuda() ? tensor.cpu() : tensor;
                Work work = collective.begin(group, new TensorVector(onCpu));
                until(work::isCompleted, WAIT_NANOS);
                work._wait();
                if (tensor.is_cuda()) {
                    tensor.copy_(onCpu);
                }
            }
        });
    }

    @Override
    public void end(String words) {
        try {
            store.set(Pulse.END, words);
            long begin = System.nanoTime();
            while (store.add(Pulse.HEARD, 0) < me.size() - 1 && System.nanoTime() - begin < PARTING_MAX.toNanos()) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
        } catch (RuntimeException nobodyListens) {
            // Whoever is left finds out by itself.
        }
    }

    @Override
    public void fail(String sentence) {
        try {
            if (!knows(Pulse.FAILED)) {
                store.set(Pulse.FAILED, "Process " + me.rank() + " cannot go on: " + sentence);
            }
        } catch (RuntimeException nobodyListens) {
            // The first is gone as well.
        }
    }

    private boolean knows(String name) {
        try (StringVector names = new StringVector(name)) {
            return store.check(names);
        }
    }

    private void until(BooleanSupplier condition, long pauseNanos) {
        while (!condition.getAsBoolean()) {
            pulse.check();
            LockSupport.parkNanos(pauseNanos);
        }
    }

    /** What the network answers with, where a process is gone, says less than what the pulse hears a moment later. */
    private void heard(Runnable work) {
        try {
            work.run();
        } catch (GroupLostException | GroupEndedException known) {
            throw known;
        } catch (RuntimeException failure) {
            long begin = System.nanoTime();
            until(() -> System.nanoTime() - begin > REASON_MAX.toNanos(), LOOK_NANOS);
            throw new GroupLostException("Another process of this training has ended, or cannot be reached any more ("
                    + firstLine(failure) + ").");
        }
    }

    /** What C++ has to say goes on with its own stack. */
    static String firstLine(Exception failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }

    private static Milliseconds milliseconds(Duration duration) {
        return new Milliseconds(duration.toMillis());
    }

    @Override
    public void close() {
        pulse.close();
    }
}
