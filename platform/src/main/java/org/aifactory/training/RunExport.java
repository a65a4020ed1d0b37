package org.aifactory.training;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.aifactory.access.Allocation;
import org.aifactory.access.Allocations;
import org.aifactory.federation.Connectors;
import org.aifactory.federation.JobKey;
import org.aifactory.federation.JobLog;
import org.aifactory.federation.MachineConnector;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.federation.Partitions;
import org.aifactory.identity.ExportArchive;
import org.aifactory.identity.OrganisationExport;
import org.aifactory.identity.OrganisationId;
import org.aifactory.training.RunTable.Numbered;
import org.springframework.stereotype.Component;

/** An organisation's runs with all that came of them, and the statements of its allocations. */
@Component
class RunExport implements OrganisationExport {
    private static final int AT_ONCE = 500;
    private static final int METRICS_AT_ONCE = 5000;
    private static final int LOG_AT_ONCE = 1 << 20;
    /** Of one run; a list of more would take too much memory. */
    private static final int MOST_FILES = 500_000;

    private final RunTable table;
    private final AttemptTable attempts;
    private final RunViews views;
    private final ReadingTable readings;
    private final RunPlaces places;
    private final Statements statements;
    private final Allocations allocations;
    private final Partitions partitions;
    private final Connectors connectors;

    RunExport(
            RunTable table,
            AttemptTable attempts,
            RunViews views,
            ReadingTable readings,
            RunPlaces places,
            Statements statements,
            Allocations allocations,
            Partitions partitions,
            Connectors connectors) {
        this.table = table;
        this.attempts = attempts;
        this.views = views;
        this.readings = readings;
        this.places = places;
        this.statements = statements;
        this.allocations = allocations;
        this.partitions = partitions;
        this.connectors = connectors;
    }

    @Override
    public List<Folder> folders() {
        return List.of(new Folder(
                "runs",
                "Each run: run.json, what it was and what it took; settings.json, what was asked for; metrics.jsonl and samples.jsonl, what it"
                        + " has noted on the way; log-1.txt and so on, what each attempt has printed; output, its files; output.json, their own"
                        + " names where those were changed."));
    }

    @Override
    public void write(OrganisationId organisation, ExportArchive archive) throws IOException {
        for (Allocation allocation : allocations.of(organisation)) {
            archive.text(
                    "allocations/" + ExportArchive.name(allocation.project(), allocation.id()) + "/statement.csv",
                    out -> statements.write(statements.subject(allocation), Locale.ENGLISH, out));
        }
        long after = 0;
        List<Numbered> some;
        do {
            some = table.of(organisation, after, AT_ONCE);
            for (Numbered each : some) {
                write(each.run(), archive);
                after = each.number();
            }
        } while (some.size() == AT_ONCE);
    }

    /** Numbers of one step. */
    record Noted(long step, Instant at, Map<String, Object> values) {}

    private void write(Run run, ExportArchive archive) throws IOException {
        String folder = "runs/" + ExportArchive.name(run.name(), run.id());
        archive.json(folder + "/run.json", views.view(run, Locale.ENGLISH));
        archive.json(folder + "/settings.json", table.settings(run.id()));
        archive.text(folder + "/metrics.jsonl", out -> {
            long after = 0;
            List<ReadingTable.Metric> some;
            do {
                some = readings.metrics(run.id(), after, METRICS_AT_ONCE);
                for (ReadingTable.Metric metric : some) {
                    out.write(archive.jsonLine(new Noted(metric.step(), metric.at(), views.values(metric))));
                    after = metric.number();
                }
            } while (some.size() == METRICS_AT_ONCE);
        });
        archive.text(folder + "/samples.jsonl", out -> {
            for (ReadingTable.Sample sample : readings.samples(run.id(), 0, Integer.MAX_VALUE)) {
                out.write(archive.jsonLine(sample));
            }
        });
        writeLogs(run, folder, archive);
        writeOutput(run, folder, archive);
    }

    private void writeLogs(Run run, String folder, ExportArchive archive) throws IOException {
        for (Attempt attempt : attempts.of(run.id())) {
            String path = folder + "/log-" + attempt.number() + ".txt";
            try {
                MachineConnector machine =
                        connectors.of(partitions.require(run.partition()).machine());
                if (machine.find(attempt.job()).isPresent()) {
                    archive.stream(path, out -> copyLog(machine, attempt.job(), out));
                }
            } catch (MachineUnavailable away) {
                archive.missing(path, "Its machine did not answer.");
            }
        }
    }

    private static void copyLog(MachineConnector machine, JobKey job, OutputStream out) throws IOException {
        JobLog piece;
        long from = 0;
        do {
            piece = machine.log(job, from, LOG_AT_ONCE);
            out.write(piece.bytes());
            from = piece.next();
        } while (piece.bytes().length > 0 && from < piece.size());
    }

    /** A file whose name was changed to one that every system takes. */
    private record Renamed(String name, String original) {}

    private void writeOutput(Run run, String folder, ExportArchive archive) throws IOException {
        String output = run.id() + "/output";
        List<OutputFile> files = places.files().list(output, MOST_FILES);
        if (files.size() == MOST_FILES) {
            archive.missing(folder + "/output", "It has more than " + MOST_FILES + " files; the others are not here.");
        }
        Set<String> taken = new HashSet<>();
        List<Renamed> renamed = new ArrayList<>();
        for (OutputFile file : files) {
            String name = name(file.path(), taken);
            if (!name.equals(file.path())) {
                renamed.add(new Renamed(name, file.path()));
            }
            String path = folder + "/output/" + name;
            Optional<SeekableByteChannel> opened =
                    places.files().open(output + "/" + file.path(), run.state().hasEnded());
            if (opened.isEmpty()) {
                archive.missing(path, "It was removed while the archive was made, or cannot be read.");
                continue;
            }
            try (SeekableByteChannel channel = opened.get();
                    InputStream content = Channels.newInputStream(channel)) {
                archive.file(path, file.changed(), channel.size(), content);
            }
        }
        if (!renamed.isEmpty()) {
            archive.json(folder + "/output.json", renamed);
        }
    }

    /** As the program has called it where every system takes that; no two are the same. */
    private static String name(String path, Set<String> taken) {
        String safe = Stream.of(path.split("/", -1)).map(ExportArchive::safe).collect(Collectors.joining("/"));
        String name = safe;
        for (int number = 2; !taken.add(name.toLowerCase(Locale.ROOT)); number++) {
            name = safe + "~" + number;
        }
        return name;
    }
}
