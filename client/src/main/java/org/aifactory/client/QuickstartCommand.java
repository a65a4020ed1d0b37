package org.aifactory.client;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.aifactory.client.LocalPlatform.Door;
import org.aifactory.client.server.ClientException;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Reply;
import org.aifactory.client.server.Server;
import org.aifactory.client.terminal.Plain;
import org.aifactory.client.terminal.Terminal;
import org.aifactory.client.upload.LocalFiles;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "quickstart",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "The whole way on this machine, by itself: starts a platform, applies for time, brings documents, trains a chatbot, asks it"
                    + " questions that it has never seen, registers and serves it, and accounts for every second.",
            "Without --text it learns the handbook of the AI factories in examples/handbook."
        },
        footer = {"", "Example:", "  ./aifactory quickstart --text my-documents/ --minutes 10"})
final class QuickstartCommand implements Callable<Integer> {
    private final Surroundings here;

    @Option(names = "--text", paramLabel = "PATH", description = "Your own documents instead of the example.")
    private @Nullable Path text;

    @Option(names = "--minutes", paramLabel = "M", defaultValue = "3", description = "Time for training (default: 3).")
    private BigDecimal minutes = BigDecimal.valueOf(3);

    @Option(names = "--home", paramLabel = "DIR", description = "Where everything goes (default: ./var).")
    private Path home = Path.of("var");

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Where the platform listens (default: any that is free).")
    private int port;

    @Option(
            names = "--machine",
            paramLabel = "MACHINE",
            defaultValue = "local",
            description =
                    "Where it trains: local, or slurm, a cluster that is started for it on this machine (default: local).")
    private String machine = "local";

    @Option(names = "--exit", description = "Stop everything at the end instead of leaving the portal open.")
    private boolean exit;

    QuickstartCommand(Surroundings here) {
        this.here = here;
    }

    @Override
    public Integer call() {
        if (minutes.signum() <= 0) {
            throw new ClientException(ExitStatus.USAGE, "--minutes must be more than zero.");
        }
        if (!machine.equals("local") && !machine.equals("slurm")) {
            throw new ClientException(ExitStatus.USAGE, "--machine is local or slurm.");
        }
        Path root = Path.of(System.getProperty("aifactory.root", "."));
        Path example = root.resolve("examples").resolve("handbook");
        LocalFiles files = LocalFiles.under(
                text == null
                        ? List.of(example.resolve("text"), example.resolve("conversations.jsonl"))
                        : List.of(text));
        Optional<Path> questions = text == null ? Optional.of(example.resolve("questions.jsonl")) : Optional.empty();
        Terminal terminal = here.terminal();
        try (LocalPlatform platform =
                LocalPlatform.start(root, home.toAbsolutePath().normalize(), port)) {
            Thread ending = new Thread(platform::close);
            Runtime.getRuntime().addShutdownHook(ending);
            boolean bySlurm = machine.equals("slurm");
            Steps steps = new Steps(terminal, QuickstartWalk.STEPS + (bySlurm ? 1 : 0));
            steps.begin("starting a platform on this machine");
            Door door = platform.door(() -> terminal.progress()
                    .show("       " + underWay(), steps.elapsed().strip()));
            steps.say("It is at %s.", door.address());
            Optional<TrialSlurm> slurm = bySlurm ? Optional.of(connected(root, door, steps)) : Optional.empty();
            try {
                QuickstartWalk walk = new QuickstartWalk(
                        terminal, steps, root, home, signIn(door, door.founder()), door, name(), minutes, !exit, slurm);
                walk.walk(files, questions);
                if (!exit) {
                    stay(platform, walk);
                }
            } finally {
                slurm.ifPresent(TrialSlurm::close);
            }
            return ExitStatus.DONE.number();
        }
    }

    /** What takes the time, as far as it can be seen from here. */
    private String underWay() {
        return Files.exists(home.resolve("postgres").resolve("data").resolve("postmaster.pid"))
                ? "The database runs; loading the platform"
                : "Making the database";
    }

    /** As its operator would: started, connected, examined, and time on it put into the pool. */
    private TrialSlurm connected(Path root, Door door, Steps steps) {
        steps.begin("connecting a Slurm cluster");
        TrialSlurm slurm =
                TrialSlurm.start(root, home.toAbsolutePath().normalize().resolve("trial-slurm"));
        Runtime.getRuntime().addShutdownHook(new Thread(slurm::close));
        Server operator = signIn(door, door.operator());
        boolean isKnown = operator.get("/api/factories/local").list("machines").stream()
                .anyMatch(known -> known.raw("slug").equals(QuickstartWalk.SLURM));
        if (!isKnown) {
            operator.post(
                    "/api/factories/local/machines", Map.of("slug", QuickstartWalk.SLURM, "name", "A trial Slurm"));
        }
        String path = "/api/machines/" + QuickstartWalk.SLURM;
        operator.put(path + "/connection", slurm.connection(QuickstartWalk.SLURM_PARTITION));
        Reply findings = operator.post(path + "/check", Map.of());
        SiteCheckCommand.lines(findings).forEach(line -> steps.say("%s", line));
        if (!SiteCheckCommand.isWell(findings)) {
            throw new ClientException(ExitStatus.REFUSED, "Runs would fail on this cluster, for the reasons above.");
        }
        operator.post(
                "/api/partitions/" + QuickstartWalk.SLURM_PARTITION + "/fillings",
                Map.of("hours", 1000, "unit", "CORE_HOUR", "reason", "For trying it out"));
        return slurm;
    }

    private String name() {
        Path last = text == null ? null : text.toAbsolutePath().normalize().getFileName();
        return last == null ? "handbook" : Plain.line(last.toString()).replaceFirst("(?<=.)\\.[A-Za-z0-9]{1,5}$", "");
    }

    private static Server signIn(Door door, LocalPlatform.Key who) {
        Server nobody = new Server(door.address(), Optional.empty());
        return nobody.with(nobody.post("/api/example-people/" + Server.encoded(who.code()) + "/token", Map.of())
                .raw("token"));
    }

    /** The portal stays until the person ends it. */
    private void stay(LocalPlatform platform, QuickstartWalk walk) {
        Terminal terminal = here.terminal();
        if (terminal.isInteractive() && walk.canTalk()) {
            terminal.say("%nTalk with your model, or press Ctrl-C to stop everything.");
            walk.talk();
        }
        terminal.say("%nThe portal stays open until you press Ctrl-C.");
        platform.waitFor();
    }

    /** Keeps what only its owner is to read. */
    static void writeSecretly(Path file, String text) {
        try {
            Files.createDirectories(
                    java.util.Objects.requireNonNull(file.toAbsolutePath().getParent()));
            Files.deleteIfExists(file);
            Files.createFile(
                    file,
                    java.nio.file.attribute.PosixFilePermissions.asFileAttribute(
                            java.nio.file.attribute.PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, text);
        } catch (java.io.IOException failure) {
            throw new ClientException(
                    ExitStatus.REFUSED, "The file " + file + " cannot be written: " + failure.getMessage(), failure);
        }
    }
}
