package org.aifactory.client;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.client.LocalPlatform.Door;
import org.aifactory.client.server.ClientException;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Reply;
import org.aifactory.client.server.Server;
import org.aifactory.client.terminal.Plain;
import org.aifactory.client.terminal.Terminal;
import org.aifactory.client.terminal.Words;
import org.aifactory.client.upload.LocalFiles;
import org.aifactory.client.upload.Uploader;

/**
 * The way of a start-up from its documents to a chatbot, over the API that everybody uses. Nothing here can do what the pages and the
 * other commands cannot.
 */
final class QuickstartWalk {
    /** The first is the platform's start. */
    static final int STEPS = 10;

    /** The machine and the partition that a trial Slurm is connected as. */
    static final String SLURM = "trial-slurm";

    static final String SLURM_PARTITION = SLURM + "-cpu";
    private static final String PARTITION = "local-cpu";
    private static final int SAMPLES = 3;
    private static final int CONTINUATION_TOKENS = 80;
    /** Beside the training, for serving the model as long as a person may want to talk with it. */
    private static final BigDecimal HOURS_OF_CHAT = BigDecimal.valueOf(8);

    private static final BigDecimal MINUTES_IN_AN_HOUR = BigDecimal.valueOf(60);
    /** A run holds more than its minutes, in case that it takes longer. */
    private static final BigDecimal MARGIN = BigDecimal.valueOf(2);

    private static final BigDecimal HOURS_TO_SPARE = new BigDecimal("0.25");

    private static final Duration LOOKS_EVERY = Duration.ofMillis(500);
    private static final Duration REGISTERED_WITHIN = Duration.ofMinutes(2);
    private static final Duration ENDS_WITHIN = Duration.ofMinutes(1);

    private final Terminal terminal;
    private final Steps steps;
    private final Path root;
    private final Path home;
    private final Server server;
    private final Door door;
    private final String name;
    private final BigDecimal minutes;
    private final boolean staysOpen;
    private final Optional<TrialSlurm> slurm;

    private Reply model = Reply.NOTHING;
    private boolean converses;

    /**
     * @param staysOpen whether a person will go on using what was made
     * @param slurm where it trains, if not on this machine itself
     */
    QuickstartWalk(
            Terminal terminal,
            Steps steps,
            Path root,
            Path home,
            Server server,
            Door door,
            String name,
            BigDecimal minutes,
            boolean staysOpen,
            Optional<TrialSlurm> slurm) {
        this.terminal = terminal;
        this.steps = steps;
        this.root = root;
        this.home = home;
        this.server = server;
        this.door = door;
        this.name = name;
        this.minutes = minutes;
        this.staysOpen = staysOpen;
        this.slurm = slurm;
    }

    /** @param questions that the model is examined with; empty where the text is somebody's own */
    void walk(LocalFiles files, Optional<Path> questions) {
        String organisation = signedUp();
        steps.begin("applying for time on this machine");
        BigDecimal hours = minutes.multiply(MARGIN).divide(MINUTES_IN_AN_HOUR, 3, RoundingMode.UP);
        // A model is served by the platform's own machine.
        Reply allocation = slurm.isPresent()
                ? granted(organisation, SLURM_PARTITION, hours.add(HOURS_TO_SPARE))
                : granted(organisation, PARTITION, hours.add(HOURS_OF_CHAT));
        Reply talking = slurm.isPresent() ? granted(organisation, PARTITION, HOURS_OF_CHAT) : allocation;
        Reply version = uploaded(organisation, files);
        Reply run = trained(allocation, version);
        registered(run);
        converses = version.get("documents").number("conversations") > 0;
        Path folder = downloaded();
        examined(folder, questions);
        asked(talking, files, questions);
        accounted(allocation, talking);
        places(folder);
    }

    private String signedUp() {
        steps.begin("signing up the example start-up");
        Reply me = server.get("/api/me");
        Reply membership = me.list("memberships").getFirst();
        steps.say("You are %s of %s.", me.text("name"), membership.text("name"));
        return membership.raw("organisation");
    }

    private Reply granted(String organisation, String slug, BigDecimal hoursOfNode) {
        Reply partition = server.get("/api/partitions/" + slug);
        BigDecimal hours = hoursOfNode.multiply(BigDecimal.valueOf(partition.number("coresPerNode")));
        Optional<Reply> known = server.all("/api/allocations").stream()
                .filter(one -> one.text("state").equals("ACTIVE")
                        && one.get("partition").text("slug").equals(slug)
                        && one.get("hours").get("free").decimal("CORE_HOUR").compareTo(hours) >= 0)
                .findFirst();
        if (known.isPresent()) {
            steps.say("It was granted before, and enough of it is free.");
            tell(known.get());
            return known.get();
        }
        Reply application = server.postKeyed("/api/applications", application(organisation, slug, hours));
        steps.say(
                "Application %s for %s: %s. %s",
                application.text("reference"),
                Hours.inAllUnits(application.fields("asked")),
                Words.state(application.text("state")),
                application.get("decision").text("reason"));
        if (!application.has("allocation")) {
            throw new ClientException(
                    ExitStatus.NOT_NOW, "The policy of this platform lets people decide, so the walk ends here.");
        }
        Reply allocation = server.get("/api/allocations/" + application.raw("allocation"));
        tell(allocation);
        return allocation;
    }

    private Map<String, Object> application(String organisation, String slug, BigDecimal hours) {
        Map<String, Object> wish = new HashMap<>();
        wish.put("organisation", organisation);
        wish.put("partition", slug);
        wish.put("hours", hours);
        wish.put("project", Map.of("title", name, "purpose", "To learn how to get from documents to a chatbot."));
        wish.put("profile", Map.of("staff", 5, "turnover", 0, "field", "Software"));
        wish.put("commercial", false);
        wish.put("key", UUID.randomUUID().toString());
        return wish;
    }

    private void tell(Reply allocation) {
        Reply hours = allocation.get("hours");
        steps.say(
                "Allocation %s: granted %s, of which free %s, until %s.",
                Words.shortId(allocation.text("id")),
                Hours.inAllUnits(hours.fields("granted")),
                Hours.inAllUnits(hours.fields("free")),
                Words.time(allocation.time("until")));
    }

    private Reply uploaded(String organisation, LocalFiles files) {
        steps.begin("bringing the documents");
        List<String> uploads = new Uploader(server, organisation, terminal).send(files);
        Reply dataset = server.all("/api/datasets").stream()
                .filter(one -> one.raw("organisation").equals(organisation)
                        && one.raw("name").equals(name))
                .findFirst()
                .orElseGet(() -> server.post(
                        "/api/datasets",
                        Map.of("organisation", organisation, "name", name, "licence", "LicenseRef-internal")));
        Reply version = server.post("/api/datasets/" + dataset.raw("id") + "/versions", Map.of("uploads", uploads));
        steps.say(
                "Dataset %s, version %s: %s, %s and %s.",
                version.text("dataset"),
                version.text("number"),
                Words.count(version.number("files"), "file", "files"),
                Words.count(version.get("documents").number("texts"), "text", "texts"),
                Words.count(version.get("documents").number("conversations"), "conversation", "conversations"));
        return version;
    }

    private Reply trained(Reply allocation, Reply version) {
        steps.begin("training for " + Words.number(minutes, 2)
                + (minutes.compareTo(BigDecimal.ONE) == 0 ? " minute" : " minutes"));
        Map<String, Object> wish = new HashMap<>();
        wish.put("allocation", allocation.raw("id"));
        wish.put("recipe", "chatbot");
        wish.put("dataset", version.raw("id"));
        wish.put("minutes", minutes);
        wish.put("name", name);
        wish.put("key", UUID.randomUUID().toString());
        Reply run =
                new Watch(server, terminal, server.postKeyed("/api/runs", wish).raw("id")).untilEnd();
        if (!run.text("state").equals("SUCCEEDED")) {
            throw new ClientException(
                    ExitStatus.RUN_FAILED,
                    "The run did not succeed (" + Words.state(run.text("state")) + ")" + Watch.why(run) + "\n"
                            + lastWords(run));
        }
        steps.say("It succeeded: %s.", Watch.burned(run));
        return run;
    }

    private String lastWords(Reply run) {
        try (Server.Body log = server.body("/api/runs/" + run.raw("id") + "/log?from=-2000&most=2000")) {
            return Plain.lines(new String(log.bytes(), StandardCharsets.UTF_8));
        } catch (IOException broken) {
            return "";
        }
    }

    private void registered(Reply run) {
        steps.begin("registering the model");
        long latest = System.nanoTime() + REGISTERED_WITHIN.toNanos();
        while (model.isEmpty()) {
            model = server.all("/api/models").stream()
                    .filter(one -> one.raw("run").equals(run.raw("id")))
                    .findFirst()
                    .orElse(Reply.NOTHING);
            if (model.isEmpty() && System.nanoTime() > latest) {
                throw new ClientException(
                        ExitStatus.SERVER_FAILED,
                        "The run succeeded, and its model was not registered within " + REGISTERED_WITHIN.toMinutes()
                                + " minutes; the platform's log in " + home.resolve("log") + " says why.");
            }
            if (model.isEmpty()) {
                Server.pause(LOOKS_EVERY);
            }
        }
        steps.say(
                "Model %s with %s parameters, %s, licence %s, seen by your organisation alone.",
                model.text("slug"),
                Words.about(model.number("parameters")),
                Words.bytes(model.number("bytes")),
                model.text("licence"));
    }

    private Path downloaded() {
        steps.begin("fetching it as a folder in Hugging Face's form");
        Path folder = home.resolve("quickstart").resolve(model.raw("slug").replaceAll("[^A-Za-z0-9-]", "-"));
        String path = "/api/models/" + model.raw("id");
        Downloader downloader = new Downloader(server, terminal);
        for (Reply file : server.get(path + "/files").list()) {
            downloader.file(
                    path + "/file?path=" + Server.encoded(file.raw("path")),
                    ModelsDownloadCommand.inside(folder, file.raw("path")),
                    file.raw("sha256"));
        }
        steps.say("%s", folder);
        return folder;
    }

    private void examined(Path folder, Optional<Path> questions) {
        steps.begin("examining it");
        Reply evaluation = server.get("/api/models/" + model.raw("id"))
                .get("facts")
                .get("evaluation")
                .get("text");
        if (evaluation.real("bitsPerByte") > 0) {
            steps.say(
                    "%s bits per byte of text that was held out; fewer are better.",
                    Words.number(evaluation.real("bitsPerByte"), 3));
        }
        if (questions.isPresent()) {
            steps.say("Questions that it has never seen, in wordings that it has never seen:");
            evaluate(folder, questions.get());
        } else if (converses) {
            steps.say("It answers in the manner of your conversations.");
        }
    }

    private void evaluate(Path folder, Path questions) {
        try {
            Process process = new ProcessBuilder(
                            root.resolve("aifactory").toString(),
                            "engine",
                            "evaluate",
                            folder.toString(),
                            "--questions",
                            questions.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String table = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            if (status != 0) {
                throw new ClientException(
                        ExitStatus.RUN_FAILED, "The examination ended with the status " + status + ".");
            }
            table.lines().forEach(terminal::print);
        } catch (IOException failure) {
            throw new ClientException(
                    ExitStatus.UNEXPECTED, "The engine cannot be started: " + failure.getMessage(), failure);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new ClientException(ExitStatus.STOPPED, "Stopped.", stopped);
        }
    }

    private void asked(Reply allocation, LocalFiles files, Optional<Path> questions) {
        steps.begin(converses ? "talking with it" : "letting it write");
        server.post(chat() + "/start", Map.of("allocation", allocation.raw("id")));
        if (!converses) {
            continuations();
            steps.say("This model completes text; it does not answer, because it has seen no conversations.");
            steps.say(
                    "For one that answers, add conversations in JSONL ({\"messages\": [{\"role\": \"user\", …}, …]}) to the");
            steps.say(
                    "text, or go on from an open model: ./aifactory train --recipe finetune --base MODEL --data NAME");
            return;
        }
        List<String> samples = questions
                .map(file -> Examples.ofQuestionSet(file, SAMPLES))
                .orElseGet(() -> Examples.ofConversations(files, SAMPLES));
        for (String question : samples) {
            terminal.print("> " + question);
            new Talk(server, terminal, model.raw("slug"), this::sleeps)
                    .answer(List.of(Map.of("role", "user", "content", question)), Map.of("temperature", 0));
            terminal.print("");
        }
    }

    private void continuations() {
        for (int seed = 1; seed <= SAMPLES; seed++) {
            Reply answer = server.post(
                    "/v1/completions",
                    Map.of(
                            "model",
                            model.raw("slug"),
                            "prompt",
                            "",
                            "max_tokens",
                            CONTINUATION_TOKENS,
                            "temperature",
                            0.8,
                            "seed",
                            seed));
            terminal.print(
                    "--- " + answer.list("choices").getFirst().lines("text").strip());
        }
    }

    private String chat() {
        return "/api/models/" + model.raw("id") + "/chat";
    }

    private boolean sleeps() {
        return !server.get(chat()).text("state").equals("READY");
    }

    private void accounted(Reply allocation, Reply talking) {
        steps.begin("accounting for every second");
        if (!staysOpen) {
            server.post(chat() + "/stop", Map.of());
            awaitRuns(talking);
        }
        tell(Statement.of(server, allocation.raw("id")), allocation);
        if (!talking.raw("id").equals(allocation.raw("id"))) {
            tell(Statement.of(server, talking.raw("id")), talking);
        }
        steps.say(
                "The seconds match: how long each run ran, times its cores, is what was charged, and their sum is what was spent.");
        slurm.ifPresent(cluster -> agree(cluster, allocation));
    }

    private void tell(Statement statement, Reply allocation) {
        terminal.print(statement.lines());
        statement.check();
        agree(statement, allocation);
    }

    private void agree(TrialSlurm cluster, Reply allocation) {
        long accounted = 0;
        for (Reply run : runs(allocation)) {
            for (Reply attempt : run.list("attempts")) {
                accounted += cluster.coreSeconds(attempt.raw("job")) - attempt.number("borneBySite");
            }
        }
        long spent = Statement.of(server, allocation.raw("id")).reply().number("spent");
        if (accounted != spent) {
            throw new ClientException(
                    ExitStatus.UNEXPECTED,
                    "Slurm's accounts have " + accounted + " core-seconds, and the statement says " + spent + ".");
        }
        steps.say("Slurm's own accounts (sacct) have the same: %s core-seconds.", accounted);
    }

    private List<Reply> runs(Reply allocation) {
        return server.get("/api/runs?most=1000&allocation=" + allocation.raw("id"))
                .list();
    }

    /** What serves the model is a run, too, and settled when it has ended. */
    private void awaitRuns(Reply allocation) {
        long latest = System.nanoTime() + ENDS_WITHIN.toNanos();
        String path = "/api/runs?allocation=" + allocation.raw("id");
        while (System.nanoTime() < latest && !server.get(path).list().stream().allMatch(Runs::hasEnded)) {
            Server.pause(LOOKS_EVERY);
        }
    }

    /** The statement comes from the ledger; what each run says of its own times has to be the same. */
    private void agree(Statement statement, Reply allocation) {
        long ran = 0;
        for (Reply run : runs(allocation)) {
            for (Reply attempt : run.list("attempts")) {
                ran += attempt.number("seconds") * attempt.number("cores") - attempt.number("borneBySite");
            }
        }
        if (ran != statement.reply().number("spent")) {
            throw new ClientException(
                    ExitStatus.UNEXPECTED,
                    "The runs say that they used " + ran + " core-seconds, and the statement says "
                            + statement.reply().number("spent") + ".");
        }
    }

    private void places(Path folder) {
        Path token = home.resolve("quickstart").resolve("token");
        server.token().ifPresent(word -> QuickstartCommand.writeSecretly(token, word + "\n"));
        String api = door.address() + "/v1";
        terminal.say("");
        terminal.say("%s  Done. Where everything is:", steps.elapsed());
        List<String> lines = new java.util.ArrayList<>();
        if (staysOpen) {
            lines.add(place("The portal", door.address().toString()));
            lines.add(place("Sign in as the founder", door.founder().link().toString()));
            lines.add(place("OpenAI's API", api + "  (model " + model.text("slug") + ", key in " + token + ")"));
            lines.add(place("In another terminal", "./aifactory login --server " + door.address() + " < " + token));
        } else {
            lines.add(place("Everything again", "./aifactory up --with founding --home " + home));
        }
        lines.add(place("The model's folder", folder.toString()));
        lines.add(place(
                "Without a platform",
                "./aifactory engine " + (converses ? "chat " + folder : "generate " + folder + " --prompt \"…\"")));
        terminal.print(lines);
    }

    private static String place(String what, String where) {
        return String.format(Locale.ROOT, "  %-24s%s", what, where);
    }

    boolean canTalk() {
        return converses;
    }

    /** Until the person has enough. */
    void talk() {
        new Talk(server, terminal, model.raw("slug"), this::sleeps).untilExit(List.of(), Map.of());
    }
}
