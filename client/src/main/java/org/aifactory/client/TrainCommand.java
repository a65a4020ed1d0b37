package org.aifactory.client;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.aifactory.client.server.ClientException;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Reply;
import org.aifactory.client.server.Server;
import org.aifactory.client.terminal.Plain;
import org.aifactory.client.terminal.Table;
import org.aifactory.client.terminal.Words;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "train",
        description = {
            "Trains a model from a dataset: shows what it will take, and starts the run. Ctrl-C ends the watching, not the run.",
            "Recipes: chatbot learns from nothing, finetune goes on from a model, command runs a script of yours."
        },
        footer = {
            "",
            "Examples:",
            "  ./aifactory train --data handbook --minutes 10",
            "  ./aifactory train --recipe finetune --base my-model --data laws --minutes 30 --no-watch --yes",
            "  ./aifactory train --recipe command --command train.sh --data handbook --minutes 60 --secret WANDB_API_KEY"
        })
final class TrainCommand extends ServerCommand {
    /** For the allocation: whichever the platform finds best. */
    private static final String ANYWHERE = "any";
    /** What the platform takes. */
    private static final int MOST_OF_A_SCRIPT = 256 << 10;

    enum Recipe {
        CHATBOT,
        FINETUNE,
        COMMAND
    }

    /** What is to be the least. */
    enum Aim {
        FINISH,
        PRICE,
        ENERGY
    }

    @Option(
            names = "--data",
            paramLabel = "DATA",
            description = "A dataset's name or id; NAME@NUMBER for an older version.")
    private @Nullable String data;

    @Option(names = "--minutes", paramLabel = "M", description = "How long to train.")
    private @Nullable BigDecimal minutes;

    @Option(names = "--steps", paramLabel = "N", description = "Instead of minutes: steps of the optimizer.")
    private @Nullable Long steps;

    @Option(
            names = "--recipe",
            paramLabel = "RECIPE",
            defaultValue = "chatbot",
            description = "chatbot, finetune or command (default: chatbot).")
    private Recipe recipe = Recipe.CHATBOT;

    @Option(
            names = "--allocation",
            paramLabel = "A",
            description =
                    "What pays for it, by id or project, or the word any (default: the one where it is expected to end first).")
    private @Nullable String allocation;

    @Option(
            names = "--country",
            paramLabel = "XX",
            description =
                    "Where it is not said what pays for it: only machines in this country; may be given several times.")
    private List<String> countries = List.of();

    @Option(names = "--gpu-type", paramLabel = "NAME", description = "Likewise: only machines with such a GPU.")
    private @Nullable String gpuType;

    @Option(names = "--most-euro", paramLabel = "E", description = "Likewise: only where it costs no more than this.")
    private @Nullable BigDecimal mostEuro;

    @Option(
            names = "--prefer",
            paramLabel = "WHAT",
            description = "Likewise: finish, price or energy, what is to be the least (default: finish).")
    private @Nullable Aim prefer;

    @Option(names = "--base", paramLabel = "MODEL", description = "For finetune: the model to go on from.")
    private @Nullable String base;

    @Option(names = "--command", paramLabel = "FILE", description = "For command: a script.")
    private @Nullable Path command;

    @Option(
            names = "--image",
            paramLabel = "IMAGE",
            description =
                    "For command: an image of a container that the script runs in, a .sif file of the dataset's or one that the machine names.")
    private @Nullable String image;

    @Option(names = "--env", paramLabel = "NAME=VALUE", description = "For command: a variable that the script gets.")
    private Map<String, String> environment = new LinkedHashMap<>();

    @Option(
            names = "--secret",
            paramLabel = "NAME",
            description = "For command: a variable of yours that the script gets and nobody sees.")
    private List<String> secrets = List.of();

    @Option(
            names = "--continue",
            description = "For command: where the machine fails, the script is started again with its checkpoints.")
    private boolean continues;

    @Option(names = "--name", paramLabel = "NAME", description = "What the run and its model are called.")
    private @Nullable String name;

    @Option(names = "--project", paramLabel = "PROJECT", description = "Whom among your projects it is counted for.")
    private @Nullable String project;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            description = "How many nodes work on it together; cores, GPUs and memory are for each (default: 1).")
    private @Nullable Integer nodes;

    @Option(names = "--cores", paramLabel = "N", description = "How many cores.")
    private @Nullable Integer cores;

    @Option(names = "--gpus", paramLabel = "N", description = "How many GPUs.")
    private @Nullable Integer gpus;

    @Option(names = "--memory-gb", paramLabel = "N", description = "How much memory, in gigabytes.")
    private @Nullable BigDecimal memory;

    @Option(names = "--seed", paramLabel = "S", description = "Where chance begins.")
    private @Nullable Long seed;

    @Option(names = "--estimate", description = "Only say what it would take.")
    private boolean estimateOnly;

    @Option(names = "--yes", description = "Start without asking once more.")
    private boolean yes;

    @Option(names = "--no-watch", description = "Do not follow the run until it ends.")
    private boolean leave;

    private final Surroundings here;

    TrainCommand(Surroundings here) {
        super(here);
        this.here = here;
    }

    @Override
    ExitStatus run(Server server) {
        Map<String, Object> wish = wish(server);
        if (estimateOnly || !asJson()) {
            Reply estimates = server.postKeyed("/api/estimates", wish);
            if (estimateOnly && printed(estimates)) {
                return ExitStatus.DONE;
            }
            tell(estimates);
            boundPrice(wish, estimates);
        }
        if (estimateOnly) {
            return ExitStatus.DONE;
        }
        if (!yes && mayAsk() && !terminal().confirm("Start the run?")) {
            throw new ClientException(ExitStatus.STOPPED, "Nothing was started.");
        }
        wish.put("key", UUID.randomUUID().toString());
        Reply run = server.postKeyed("/api/runs", wish);
        String id = run.raw("id");
        if (leave) {
            if (!printed(run)) {
                print("Run " + id + " is submitted. Watch it: ./aifactory jobs " + Words.shortId(id) + " --watch");
            }
            return ExitStatus.DONE;
        }
        terminal().say("Run %s is submitted.", id);
        return Outcome.tell(this, server, new Watch(server, terminal(), id).untilEndOrInterrupted());
    }

    private Map<String, Object> wish(Server server) {
        Map<String, Object> wish = new HashMap<>();
        wish.put("recipe", recipe.name().toLowerCase(Locale.ROOT));
        pay(server, wish);
        boolean needsData = recipe != Recipe.COMMAND;
        if (data != null || needsData) {
            String word = needed(data, "--data", "Which dataset");
            wish.put("dataset", Datasets.version(server, word).raw("id"));
        }
        put(wish, "minutes", minutes);
        put(wish, "steps", steps);
        put(wish, "name", name);
        put(wish, "project", project);
        put(wish, "nodes", nodes);
        put(wish, "cores", cores);
        put(wish, "gpus", gpus);
        put(
                wish,
                "memoryBytes",
                memory == null ? null : memory.movePointRight(9).longValue());
        put(wish, "seed", seed);
        put(wish, "base", base == null ? null : ModelsCommand.find(server, base).raw("id"));
        put(wish, "command", command == null ? null : script(command));
        put(wish, "image", image);
        if (!environment.isEmpty()) {
            wish.put("environment", environment);
        }
        if (!secrets.isEmpty()) {
            wish.put("secrets", secretValues());
        }
        if (continues) {
            wish.put("continue", true);
        }
        return wish;
    }

    /** Where nobody says what pays for it, the platform chooses, and says why. */
    private void pay(Server server, Map<String, Object> wish) {
        Map<String, Object> rules = new HashMap<>();
        put(rules, "countries", countries.isEmpty() ? null : countries);
        put(rules, "gpu", gpuType);
        put(
                rules,
                "mostCents",
                mostEuro == null ? null : mostEuro.movePointRight(2).longValue());
        put(rules, "prefer", prefer == null ? null : prefer.name());
        boolean named = allocation != null && !allocation.equals(ANYWHERE);
        if (named && !rules.isEmpty()) {
            throw usage("--country, --gpu-type, --most-euro and --prefer are for a run whose allocation is not named.");
        }
        boolean anywhere = !named && (allocation != null || !rules.isEmpty() || AllocationsCommand.areSeveral(server));
        wish.put(
                "allocation",
                anywhere
                        ? ANYWHERE
                        : AllocationsCommand.chosen(server, allocation).raw("id"));
        put(wish, "rules", rules.isEmpty() ? null : rules);
    }

    /** The platform chooses again when the run comes; it may choose better, and nothing dearer than what was shown. */
    private static void boundPrice(Map<String, Object> wish, Reply estimates) {
        if (!ANYWHERE.equals(wish.get("allocation"))) {
            return;
        }
        estimates.get("placement").list("candidates").stream()
                .filter(place -> place.flag("chosen") && place.has("cents"))
                .findFirst()
                .ifPresent(place -> {
                    Map<String, Object> rules = new HashMap<>();
                    if (wish.get("rules") instanceof Map<?, ?> wished) {
                        wished.forEach((name, value) -> rules.put((String) name, value));
                    }
                    rules.putIfAbsent("mostCents", place.number("cents"));
                    wish.put("rules", rules);
                });
    }

    private static void put(Map<String, Object> map, String key, @Nullable Object value) {
        if (value != null) {
            map.put(key, value);
        }
    }

    /** From the environment, because everybody on a machine can read the words of a command. */
    private Map<String, String> secretValues() {
        Map<String, String> values = new HashMap<>();
        for (String variable : secrets) {
            String value = here.environment().get(variable);
            if (value == null) {
                throw usage("The variable " + variable
                        + " is not set here; a secret is named, and its value taken from there.");
            }
            values.put(variable, value);
        }
        return values;
    }

    private static String script(Path file) {
        String name = Plain.line(file.toString());
        if (!Files.exists(file)) {
            throw new ClientException(ExitStatus.REFUSED, "There is no file " + name + ".");
        }
        if (Files.isDirectory(file)) {
            throw new ClientException(ExitStatus.REFUSED, name + " is a folder; --command takes a script.");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_OF_A_SCRIPT + 1);
            if (bytes.length > MOST_OF_A_SCRIPT) {
                throw new ClientException(
                        ExitStatus.REFUSED,
                        name + " is longer than " + (MOST_OF_A_SCRIPT >> 10)
                                + " KiB, the most that a script may have; what it needs besides belongs into a dataset.");
            }
            String script = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (script.isBlank()) {
                throw new ClientException(ExitStatus.REFUSED, name + " is empty.");
            }
            return script;
        } catch (IOException failure) {
            throw new ClientException(
                    ExitStatus.REFUSED,
                    "The script " + name + " cannot be read as UTF-8: " + failure.getMessage(),
                    failure);
        }
    }

    private void tell(Reply estimates) {
        Table table = new Table(
                "",
                ">MINUTES",
                ">PARAMETERS",
                ">TOKENS",
                "TIME ON THE MACHINE",
                ">PRICE",
                ">kWh",
                ">MEMORY",
                "END",
                "");
        for (Reply size : estimates.list("sizes")) {
            table.row(
                    size.flag("chosen") ? "→" : "",
                    Words.number(size.real("minutes"), 1),
                    Words.about(size.real("parameters")),
                    Words.about(size.real("tokens")),
                    Hours.inAllUnits(size.fields("hours")),
                    size.has("cents") ? Hours.euro(size.number("cents")) : "–",
                    Words.number(size.real("kwh"), 3),
                    size.has("memoryBytes") ? Words.bytes(size.number("memoryBytes")) : "–",
                    Words.time(size.time("end")),
                    size.text("words"));
        }
        table.lines().forEach(line -> terminal().say("%s", line));
        if (estimates.has("placement")) {
            tellPlacement(estimates.get("placement"));
        }
    }

    /** All machines side by side, where there are several. */
    private void tellPlacement(Reply placement) {
        Table table = new Table("", "MACHINE", "PROJECT", "BEGIN", "LATEST", "END", ">PRICE", "");
        for (Reply place : placement.list("candidates")) {
            table.row(
                    place.flag("chosen") ? "→" : "",
                    place.text("name"),
                    place.text("project"),
                    place.flag("eligible") ? Words.time(place.time("begin")) : "–",
                    place.flag("eligible") ? Words.time(place.time("latest")) : "–",
                    place.flag("eligible") ? Words.time(place.time("end")) : "–",
                    place.flag("eligible") && place.has("cents") ? Hours.euro(place.number("cents")) : "–",
                    place.text("words"));
        }
        table.lines().forEach(line -> terminal().say("%s", line));
        terminal().say("%s", placement.text("why"));
    }
}
