package org.aifactory.training;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.aifactory.web.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Asks the planner of the engine that runs will use what a run would come to. Its classes are read from the engine's own folder, so that
 * the platform carries no engine of its own beside the one that trains; LibTorch is not loaded.
 *
 * <p>By reflection, and not as a dependency: then the platform would be built with one engine and plan for another wherever a folder holds a
 * newer one, and it would carry LibTorch's bindings, in whose types the engine's own classes speak. What an engine answers is checked by the
 * tests against the one that they are built with.
 */
@Component
class EnginePlanner {
    private static final Logger LOG = LoggerFactory.getLogger(EnginePlanner.class);
    private static final String PACKAGE = "org.aifactory.engine.training.";
    /** A guess, and a cautious one: a third of what makers of today's GPUs promise for dense 16-bit products. */
    private static final double GPU_PEAK = 300e12;
    /** The width that a measurement of some width stands for; it holds for the others, too. */
    private static final int ANY_WIDTH = 256;

    private final EngineProgram engine;
    private Optional<ClassLoader> classes = Optional.empty();

    EnginePlanner(EngineProgram engine) {
        this.engine = engine;
    }

    /** What there is to learn from, in bytes of UTF-8. */
    record Text(long textBytes, long conversationBytes) {}

    /**
     * What the engine would do.
     *
     * @param seconds of wall time, from the command to the written model
     * @param memoryBytes that it takes
     */
    record Plan(
            long parameters, long steps, long tokens, double passes, double seconds, long memoryBytes, boolean fits) {}

    /** Why there is no plan, in the engine's words. */
    static final class NoPlanException extends RuntimeException {
        private final transient Message sentence;

        NoPlanException(Message sentence) {
            super(sentence.inEnglish(), null, false, false);
            this.sentence = sentence;
        }

        Message sentence() {
            return sentence;
        }
    }

    /**
     * Plans for a time or a number of steps.
     *
     * @param flopsPerSecond what all cores or GPUs together were measured to reach; else it is guessed
     * @throws NoPlanException when the engine says why it cannot, or is not there to be asked
     */
    Plan plan(
            Text text, OptionalDouble minutes, OptionalLong steps, Resources resources, OptionalDouble flopsPerSecond) {
        try {
            Class<?> budgets = type("Budget");
            Object budget = steps.isPresent()
                    ? make(type("Budget$Steps"), new Class<?>[] {long.class}, steps.getAsLong())
                    : make(type("Budget$Minutes"), new Class<?>[] {double.class}, minutes.orElseThrow());
            Class<?> precisions = type("Precision");
            Object precision = precisions.getField("FLOAT32").get(null);
            Class<?> machine = type("Hardware");
            boolean gpu = resources.gpus() > 0;
            Object hardware = make(
                    machine,
                    new Class<?>[] {String.class, int.class, precisions, long.class, int.class},
                    gpu ? "cuda" : "cpu",
                    resources.cores(),
                    precision,
                    resources.memoryBytes(),
                    resources.nodes());
            Class<?> texts = type("Estimate$Text");
            Object amount =
                    make(texts, new Class<?>[] {long.class, long.class}, text.textBytes(), text.conversationBytes());
            Object estimate = type("Estimate")
                    .getMethod("of", texts, budgets, machine, type("Speed"), Optional.class)
                    .invoke(
                            null,
                            amount,
                            budget,
                            hardware,
                            speed(resources, flopsPerSecond, precision),
                            Optional.empty());
            return plan(estimate);
        } catch (InvocationTargetException refusal) {
            throw new NoPlanException(
                    Message.written(String.valueOf(refusal.getTargetException().getMessage())));
        } catch (ReflectiveOperationException | IOException | LinkageError other) {
            LOG.warn("The engine's planner cannot be asked", other);
            throw new NoPlanException(Message.of("training.estimate.no-plan"));
        }
    }

    private Object speed(Resources resources, OptionalDouble measured, Object precision)
            throws ReflectiveOperationException, IOException {
        Class<?> speed = type("Speed");
        if (measured.isPresent()) {
            return speed.getMethod("measured", int.class, double.class).invoke(null, ANY_WIDTH, measured.getAsDouble());
        }
        return resources.gpus() > 0
                ? speed.getMethod("ofGpu", double.class).invoke(null, GPU_PEAK * resources.allGpus())
                : speed.getMethod("ofCores", int.class, precision.getClass())
                        .invoke(null, resources.allCores(), precision);
    }

    private static Plan plan(Object estimate) throws ReflectiveOperationException {
        Object model = get(estimate, "model");
        return new Plan(
                (long) get(model, "parameters"),
                (long) get(estimate, "steps"),
                (long) get(estimate, "tokens"),
                (double) get(estimate, "passes"),
                (double) get(estimate, "seconds"),
                (long) get(estimate, "memoryBytes"),
                (boolean) get(estimate, "fits"));
    }

    private static Object get(Object record, String component) throws ReflectiveOperationException {
        return record.getClass().getMethod(component).invoke(record);
    }

    private static Object make(Class<?> type, Class<?>[] parameters, Object... values)
            throws ReflectiveOperationException {
        return type.getConstructor(parameters).newInstance(values);
    }

    private Class<?> type(String name) throws ReflectiveOperationException, IOException {
        return Class.forName(PACKAGE + name, true, classes());
    }

    private synchronized ClassLoader classes() throws IOException {
        if (classes.isEmpty()) {
            classes = Optional.of(new URLClassLoader(jars(), EnginePlanner.class.getClassLoader()));
        }
        return classes.get();
    }

    /** The engine alone; what it needs beside LibTorch the platform has, too. */
    private URL[] jars() throws IOException {
        Path folder = engine.folder();
        if (!Files.isDirectory(folder)) {
            throw new IOException(folder + " is not there");
        }
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "engine-*.jar")) {
            java.util.List<URL> jars = new java.util.ArrayList<>();
            for (Path jar : found) {
                jars.add(url(jar));
            }
            return jars.toArray(URL[]::new);
        }
    }

    private static URL url(Path jar) throws MalformedURLException {
        return jar.toUri().toURL();
    }
}
