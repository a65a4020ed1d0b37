package org.aifactory.training;

import static java.util.stream.Collectors.toMap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.aifactory.federation.Connectors;
import org.aifactory.federation.MachineConnector;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.federation.Partitions;
import org.aifactory.training.Remains.Part;
import org.aifactory.training.RemainsTable.Ended;
import org.aifactory.upkeep.Folders;
import org.aifactory.upkeep.Passing.Freed;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Removes what ended runs have left, each part when its time has come. Files are first moved out of sight, in the transaction that notes
 * that they are gone, so that a run which is tried again at the same moment finds all of a part or nothing.
 */
@Component
class RunRemains {
    private static final Logger LOG = LoggerFactory.getLogger(RunRemains.class);
    private static final int AT_ONCE = 200;
    /** Longer ago than any run. */
    private static final Duration FOR_GOOD = Duration.ofDays(365_000);

    /** Twice what the curve shows. */
    private static final int METRICS_LEFT = 2 * Charts.MOST_POINTS;

    private static final Set<String> APART = Set.of("output", "checkpoint");

    private final RemainsTable table;
    private final RunTable runs;
    private final AttemptTable attempts;
    private final RunPlaces places;
    private final ObjectProvider<BaseModels> models;
    private final Partitions partitions;
    private final Connectors connectors;
    private final TrainingSettings.Kept kept;
    private final TransactionTemplate transaction;
    private final InstantSource clock;

    RunRemains(
            RemainsTable table,
            RunTable runs,
            AttemptTable attempts,
            RunPlaces places,
            ObjectProvider<BaseModels> models,
            Partitions partitions,
            Connectors connectors,
            TrainingSettings settings,
            TransactionTemplate transaction,
            InstantSource clock) {
        this.table = table;
        this.runs = runs;
        this.attempts = attempts;
        this.places = places;
        this.models = models;
        this.partitions = partitions;
        this.connectors = connectors;
        this.kept = settings.kept();
        this.transaction = transaction;
        this.clock = clock;
    }

    /** What each of these runs has left and how long it stays; nothing of those that go on. */
    Map<RunId, List<Remains>> of(Collection<Run> some) {
        List<RunId> ids = some.stream().map(Run::id).toList();
        Map<RunId, Map<Part, Instant>> gone = table.of(ids);
        Set<RunId> registered = registered(some);
        return some.stream()
                .collect(toMap(
                        Run::id, run -> of(run, gone.getOrDefault(run.id(), Map.of()), registered.contains(run.id()))));
    }

    private List<Remains> of(Run run, Map<Part, Instant> gone, boolean registered) {
        if (run.ended().isEmpty()) {
            return List.of();
        }
        return Arrays.stream(Part.values())
                .filter(part -> part != Part.METRICS)
                .map(part -> new Remains(
                        part,
                        gone.containsKey(part)
                                ? Optional.empty()
                                : Optional.ofNullable(Remains.kept(part, run, registered, kept))
                                        .map(run.ended().get()::plus),
                        Optional.ofNullable(gone.get(part))))
                .toList();
    }

    boolean isRegistered(Run run) {
        return !registered(List.of(run)).isEmpty();
    }

    private Set<RunId> registered(Collection<Run> some) {
        List<RunId> succeeded = some.stream()
                .filter(run -> run.state() == RunState.SUCCEEDED)
                .map(Run::id)
                .toList();
        BaseModels known = models.getIfAvailable();
        return known == null || succeeded.isEmpty() ? Set.of() : known.keepOutputsOf(succeeded);
    }

    /**
     * Removes one part of all runs whose time for that has come.
     *
     * @param which runs; the others wait for another to ask
     */
    Freed clear(Part part, Predicate<Run> which) {
        Freed freed = Freed.NOTHING;
        try {
            // A platform was killed before it came to it; nobody else is about it now.
            Folders.remove(places.going());
            Instant now = clock.instant();
            List<Ended> some;
            Ended last = Ended.FIRST;
            do {
                some = table.having(part, now.minus(shortest(part)), last, AT_ONCE);
                for (Ended ended : some) {
                    Run run = runs.find(ended.run()).orElseThrow();
                    freed = which.test(run) ? freed.plus(clear(part, run, now)) : freed;
                    last = ended;
                }
            } while (some.size() == AT_ONCE);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return freed;
    }

    /** Before which no run's part goes. */
    private Duration shortest(Part part) {
        Duration served = sooner(FOR_GOOD, kept.scratch());
        return switch (part) {
            case SCRATCH -> served;
            case CHECKPOINTS -> sooner(served, kept.checkpoints());
            case OUTPUT -> sooner(sooner(served, kept.copies()), kept.outputs());
            case LOG -> sooner(served, kept.logs());
            case METRICS -> sooner(FOR_GOOD, kept.metrics());
        };
    }

    private static Duration sooner(Duration one, @Nullable Duration other) {
        return other == null || one.compareTo(other) < 0 ? one : other;
    }

    private Freed clear(Part part, Run run, Instant now) {
        Duration stays = Remains.kept(part, run, isRegistered(run), kept);
        if (stays == null
                || run.ended().filter(ended -> ended.plus(stays).isBefore(now)).isEmpty()) {
            return Freed.NOTHING;
        }
        try {
            return switch (part) {
                case SCRATCH, CHECKPOINTS, OUTPUT -> clearFiles(part, run, now);
                case LOG -> clearLog(run, now);
                case METRICS -> clearMetrics(run, now);
            };
        } catch (MachineUnavailable away) {
            return Freed.NOTHING;
        } catch (IOException | RuntimeException failure) {
            LOG.warn("The {} of run {} could not be removed; it is tried again", part.slug(), run.id(), failure);
            return Freed.NOTHING;
        }
    }

    private Freed clearFiles(Part part, Run run, Instant now) throws IOException {
        if (part == Part.SCRATCH) {
            places.tidy(run.id());
        }
        Path folder = places.folder(run.id());
        Path going = places.going().resolve(UUID.randomUUID().toString());
        List<Path> files = files(part, run, folder);
        Freed due = Freed.NOTHING;
        for (Path file : files) {
            due = due.plus(Folders.measure(file));
        }
        long bytes = due.bytes();
        boolean done = inTransaction(run, () -> {
            move(files, going);
            table.cleared(run.id(), part, bytes, now);
        });
        if (!done) {
            return Freed.NOTHING;
        }
        Freed freed = Folders.remove(going);
        removeEmpty(folder);
        return freed;
    }

    private static List<Path> files(Part part, Run run, Path folder) throws IOException {
        Path output = folder.resolve("output");
        return switch (part) {
            case SCRATCH ->
                children(folder).stream()
                        .filter(child -> !APART.contains(String.valueOf(child.getFileName())))
                        .toList();
            // The engine keeps its own beside the model, and an output without them would be in the way of another
            // attempt.
            case CHECKPOINTS ->
                !run.recipe().makesModel()
                        ? List.of(folder.resolve("checkpoint"))
                        : run.state() == RunState.SUCCEEDED
                                ? List.of(folder.resolve("checkpoint"), output.resolve("training"))
                                : List.of(folder.resolve("checkpoint"), output);
            case OUTPUT -> List.of(output);
            case LOG, METRICS -> List.of();
        };
    }

    private static List<Path> children(Path folder) throws IOException {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            all.forEach(children::add);
        } catch (NoSuchFileException none) {
            return List.of();
        }
        return children;
    }

    private static void move(List<Path> files, Path going) {
        try {
            Files.createDirectories(going);
            for (Path file : files) {
                // A program may have put a link in the place of a folder on the way.
                Path parent = java.util.Objects.requireNonNull(file.getParent());
                if (Files.isDirectory(parent, LinkOption.NOFOLLOW_LINKS)
                        && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                    Files.move(file, going.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void removeEmpty(Path folder) throws IOException {
        try {
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException somethingStays) {
            return;
        }
    }

    private Freed clearLog(Run run, Instant now) {
        MachineConnector machine =
                connectors.of(partitions.require(run.partition()).machine());
        long[] logs = new long[1];
        for (Attempt attempt : attempts.of(run.id())) {
            if (machine.find(attempt.job()).isPresent()) {
                machine.forget(attempt.job());
                logs[0]++;
            }
        }
        inTransaction(run, () -> table.cleared(run.id(), Part.LOG, 0, now));
        return new Freed(logs[0], 0);
    }

    private Freed clearMetrics(Run run, Instant now) {
        int[] thinned = new int[1];
        inTransaction(run, () -> {
            thinned[0] = table.thin(run.id(), METRICS_LEFT);
            table.cleared(run.id(), Part.METRICS, 0, now);
        });
        return new Freed(thinned[0], 0);
    }

    /** Unless the run was begun again meanwhile. */
    private boolean inTransaction(Run seen, Runnable work) {
        return Boolean.TRUE.equals(transaction.execute(status -> {
            Run run = runs.lock(seen.id()).orElseThrow();
            if (!run.ended().equals(seen.ended())) {
                return false;
            }
            work.run();
            return true;
        }));
    }
}
