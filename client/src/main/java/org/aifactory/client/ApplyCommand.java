package org.aifactory.client;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
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
import org.aifactory.client.terminal.Words;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "apply",
        description = {
            "Applies for time on a machine. What policy can decide is granted at once; for the rest it says who decides and by when.",
            "On a terminal it asks for what is missing, and shows what the rules say before anything is sent."
        },
        footer = {
            "",
            "Examples:",
            "  ./aifactory apply --hours 100",
            "  ./aifactory apply --hours 5000 --partition leonardo-booster --project \"Law in plain words\" --purpose \"…\" --yes"
        })
final class ApplyCommand extends ServerCommand {
    private static final int MOST_ROUNDS = 20;

    @Option(
            names = "--hours",
            paramLabel = "N",
            description = "How much time, in the unit that the partition is granted in.")
    private @Nullable BigDecimal hours;

    @Option(names = "--unit", paramLabel = "UNIT", description = "Of the hours: gpu, node or core.")
    private @Nullable String unit;

    @Option(names = "--partition", paramLabel = "P", description = "Where, such as local-cpu.")
    private @Nullable String partition;

    @Option(names = "--project", paramLabel = "TITLE", description = "What it is called.")
    private @Nullable String project;

    @Option(names = "--purpose", paramLabel = "WORDS", description = "What the time is for.")
    private @Nullable String purpose;

    @Option(names = "--mode", paramLabel = "MODE", description = "The access mode, where more than one fits.")
    private @Nullable String mode;

    @Option(names = "--months", paramLabel = "N", description = "How long (default: as is usual in the mode).")
    private @Nullable Integer months;

    @Option(names = "--commercial", description = "For commercial use, which is paid for.")
    private boolean commercial;

    @Option(
            names = "--answer",
            paramLabel = "QUESTION=WORDS",
            description = "Answers a question of the mode; may be given again.")
    private Map<String, String> answers = new LinkedHashMap<>();

    @Option(
            names = "--profile",
            paramLabel = "QUESTION=WORDS",
            description = "Answers a question about your organisation; may be given again.")
    private Map<String, String> profile = new LinkedHashMap<>();

    @Option(names = "--check", description = "Only say what would become of it.")
    private boolean checkOnly;

    @Option(names = "--yes", description = "Send it without asking once more.")
    private boolean yes;

    @Option(names = Organisation.OPTION, paramLabel = "NAME", description = Organisation.DESCRIPTION)
    private @Nullable String organisationName;

    ApplyCommand(Surroundings here) {
        super(here);
    }

    @Override
    ExitStatus run(Server server) {
        String organisation = Organisation.id(server, organisationName);
        fillIn(server);
        Reply check = checked(server, organisation);
        if (checkOnly && printed(check)) {
            return ExitStatus.DONE;
        }
        if (!asJson()) {
            tellCheck(check);
        }
        if (!check.flag("sendable")) {
            return refused(check);
        }
        if (checkOnly) {
            return ExitStatus.DONE;
        }
        if (!yes && mayAsk() && !terminal().confirm("Send the application?")) {
            throw new ClientException(ExitStatus.STOPPED, "Nothing was sent.");
        }
        Map<String, Object> wish = wish(organisation);
        wish.put("key", UUID.randomUUID().toString());
        Reply application = server.postKeyed("/api/applications", wish);
        if (!printed(application)) {
            tell(server, application);
        }
        return ExitStatus.DONE;
    }

    private void fillIn(Server server) {
        if (partition == null) {
            partition = choosePartition(server);
        } else {
            requireKnown(server, partition);
        }
        if (hours == null) {
            String typed = needed(null, "--hours", "How many hours");
            try {
                hours = new BigDecimal(typed.replace(",", ""));
            } catch (NumberFormatException other) {
                throw usage("Hours are a number such as 100 or 0.5, not " + typed + ".");
            }
        }
        project = needed(project, "--project", "What is the project called");
        if (purpose == null && mayAsk()) {
            purpose = needed(null, "--purpose", "What is the time for");
        }
    }

    private String choosePartition(Server server) {
        List<Reply> open = server.get("/api/partitions").list().stream()
                .filter(place -> place.flag("open"))
                .toList();
        List<Reply> usable = open.stream().filter(place -> place.flag("usable")).toList();
        if (usable.size() == 1) {
            terminal()
                    .say(
                            "On %s (%s).",
                            usable.getFirst().text("name"), usable.getFirst().text("slug"));
            return usable.getFirst().raw("slug");
        }
        if (mayAsk()) {
            open.forEach(place -> terminal().say("%s", line(place)));
        }
        return needed(null, "--partition", "On which partition");
    }

    private static void requireKnown(Server server, String slug) {
        List<Reply> all = server.get("/api/partitions").list();
        if (all.stream().noneMatch(place -> place.raw("slug").equals(slug))) {
            List<String> lines =
                    new ArrayList<>(List.of("There is no partition “" + Plain.line(slug) + "”; there are:"));
            all.stream()
                    .filter(place -> place.flag("open"))
                    .map(ApplyCommand::line)
                    .forEach(lines::add);
            throw new ClientException(ExitStatus.NOT_FOUND, String.join("\n", lines));
        }
    }

    private static String line(Reply place) {
        return String.format(
                Locale.ROOT,
                "  %-24s %s, %s; free to grant: %s",
                place.text("slug"),
                place.text("name"),
                place.get("factory").text("name"),
                Hours.inAllUnits(place.get("pool").get("hours").fields("free")));
    }

    private Map<String, Object> wish(String organisation) {
        Map<String, Object> wish = new HashMap<>();
        wish.put("organisation", organisation);
        wish.put("commercial", commercial);
        wish.put("answers", answers);
        wish.put("profile", profile);
        Map<String, Object> about = new HashMap<>();
        put(about, "title", project);
        put(about, "purpose", purpose);
        wish.put("project", about);
        put(wish, "partition", partition);
        put(wish, "hours", hours);
        put(wish, "unit", unit == null ? null : Hours.unit(unit));
        put(wish, "mode", mode);
        put(wish, "months", months);
        return wish;
    }

    private static void put(Map<String, Object> map, String key, @Nullable Object value) {
        if (value != null) {
            map.put(key, value);
        }
    }

    /** Asks for whatever the rules want to know besides, as long as there is somebody to ask. */
    private Reply checked(Server server, String organisation) {
        for (int round = 1; ; round++) {
            Reply check = server.postKeyed("/api/applications/check", wish(organisation));
            List<Reply> faults = check.list("faults");
            boolean answered = mayAsk()
                    && round <= MOST_ROUNDS
                    && (faults.stream().filter(this::answer).count() > 0 || modeChosen(check));
            if (!answered) {
                return check;
            }
        }
    }

    /** @return whether it was a question that could be asked */
    private boolean answer(Reply fault) {
        String field = fault.text("field");
        String question = fault.text("message");
        if (field.startsWith("answers.")) {
            answers.put(field.substring("answers.".length()), terminal().ask(question));
        } else if (field.startsWith("profile.")) {
            profile.put(field.substring("profile.".length()), terminal().ask(question));
        } else if (field.equals("project.title")) {
            project = terminal().ask(question);
        } else if (field.equals("project.purpose")) {
            purpose = terminal().ask(question);
        } else {
            return false;
        }
        return true;
    }

    private boolean modeChosen(Reply check) {
        List<Reply> fitting = check.list("modes").stream()
                .filter(one -> one.text("fit").equals("FITS") || one.text("fit").equals("OFFERED"))
                .toList();
        if (mode != null || check.has("mode") || fitting.size() < 2) {
            return false;
        }
        fitting.forEach(one -> terminal().say("  %-16s %s; %s", one.text("mode"), one.text("name"), decided(one)));
        mode = terminal().ask("In which access mode");
        return true;
    }

    private static String decided(Reply check) {
        String who = switch (check.text("decidedBy")) {
            case "POLICY" -> "decided at once";
            case "REVIEWER" -> "decided by a reviewer";
            case "PANEL" -> "decided by a panel";
            default -> "who decides is open";
        };
        boolean atOnce = check.text("decidedBy").equals("POLICY");
        return who
                + check.time("promisedBy")
                        .filter(time -> !atOnce)
                        .map(time -> ", promised by " + Words.time(time))
                        .orElse("");
    }

    private void tellCheck(Reply check) {
        Map<String, Reply> asked = check.fields("asked");
        if (!asked.isEmpty()) {
            terminal().say("Asked for: %s", Hours.inAllUnits(asked));
        }
        if (check.has("mode")) {
            terminal().say("Access mode %s: %s.", check.text("mode"), decided(check));
        }
        if (check.has("pool")) {
            terminal()
                    .say(
                            "Free to grant there: %s%s",
                            Hours.inAllUnits(check.get("pool").fields("free")),
                            check.get("pool").flag("suffices") ? "" : " (less than asked for)");
        }
        if (commercial && check.has("price")) {
            terminal().say("Price: %s", Hours.euro(check.number("price")));
        }
        check.list("faults")
                .forEach(fault -> terminal()
                        .say(
                                "  %s: %s%s",
                                fault.text("field"), fault.text("message"), remedy(fault.text("field"), check)));
        check.list("obstacles").forEach(obstacle -> terminal().say("  %s", obstacle.text("sentence")));
        check.list("findings").stream()
                .filter(finding -> finding.text("outcome").equals("FOR_PEOPLE"))
                .forEach(finding -> terminal().say("  A person looks at this: %s", finding.text("text")));
        // As long as something is wrong with the application itself, what fits says little.
        if (!check.has("mode") && check.list("faults").isEmpty()) {
            check.list("modes")
                    .forEach(one -> terminal()
                            .say(
                                    "  %s: %s %s",
                                    one.text("name"),
                                    Words.state(one.text("fit")),
                                    String.join(" ", one.texts("why"))));
        }
        check.list("notes").forEach(note -> terminal().say("Note: %s", note.text("text")));
        if (check.flag("sendable")) {
            check.list("terms").forEach(term -> terminal().say("By sending it you agree: %s", term.text("text")));
        }
    }

    /** How to say it in the command, for those who are asked nothing because they have no terminal. */
    private static String remedy(String field, Reply check) {
        for (String option : List.of("profile", "answers")) {
            if (field.startsWith(option + ".")) {
                String question = field.substring(option.length() + 1);
                return " (--" + option.replaceFirst("s$", "") + " " + question + "=…)";
            }
        }
        return switch (field) {
            case "project.title" -> " (--project)";
            case "project.purpose" -> " (--purpose)";
            case "mode" ->
                check.list("modes").stream()
                        .filter(one -> one.text("fit").equals("FITS")
                                || one.text("fit").equals("OFFERED"))
                        .map(one -> " (--mode=" + one.text("mode") + ")")
                        .collect(java.util.stream.Collectors.joining(" or"));
            default -> "";
        };
    }

    private ExitStatus refused(Reply check) {
        if (asJson()) {
            print(check);
        }
        terminal().say("It was not sent: %s", "the lines above say what is missing or against it.");
        return switch (check.list("obstacles").stream()
                .map(obstacle -> obstacle.text("problem"))
                .findFirst()
                .orElse("")) {
            case "not-enough-left" -> ExitStatus.NOT_ENOUGH_LEFT;
            case "not-now" -> ExitStatus.NOT_NOW;
            default -> ExitStatus.REFUSED;
        };
    }

    private void tell(Server server, Reply application) {
        String name = application.text("reference");
        String state = application.text("state").toUpperCase(Locale.ROOT);
        print(String.format("Application %s is %s.", name, Words.state(state)));
        Reply decision = application.get("decision");
        if (decision.has("reason")) {
            print(decision.text("reason"));
        }
        if (application.has("allocation")) {
            print(AllocationsCommand.lines(List.of(server.get("/api/allocations/" + application.raw("allocation")))));
            terminal().say("Bring data with ./aifactory data add PATH, and train with ./aifactory train --data NAME.");
        } else {
            application
                    .time("promisedBy")
                    .ifPresent(time -> print("An answer is promised by " + Words.time(time) + " ("
                            + Words.untilThen(Instant.now(), time) + ", in working days: "
                            + application.get("clock").text("workingDaysLeft") + ")."));
        }
    }
}
