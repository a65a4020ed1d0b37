package org.aifactory.models;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.aifactory.models.Facts.Evaluation;
import org.aifactory.models.Facts.Place;
import org.aifactory.models.Facts.RunFacts;
import org.aifactory.models.Facts.Score;
import org.aifactory.models.Facts.Shape;
import org.aifactory.models.Facts.Source;
import org.aifactory.models.Facts.Training;

/**
 * Writes a model's card in Hugging Face's form: Markdown after a head of YAML. All figures are facts that were written down when the model
 * was registered; judgement stands in quotations, as its makers wrote it. The same facts and words give the same card.
 */
final class ModelCard {
    /** Hugging Face's names of licences, by SPDX's. */
    private static final Map<String, String> LICENCES = Map.ofEntries(
            Map.entry("Apache-2.0", "apache-2.0"),
            Map.entry("MIT", "mit"),
            Map.entry("BSD-3-Clause", "bsd-3-clause"),
            Map.entry("CC0-1.0", "cc0-1.0"),
            Map.entry("CC-BY-4.0", "cc-by-4.0"),
            Map.entry("CC-BY-SA-4.0", "cc-by-sa-4.0"),
            Map.entry("CC-BY-NC-4.0", "cc-by-nc-4.0"),
            Map.entry("ODbL-1.0", "odbl"),
            Map.entry("ODC-By-1.0", "odc-by"),
            Map.entry("PDDL-1.0", "pddl"),
            Map.entry("CDLA-Permissive-2.0", "cdla-permissive-2.0"),
            Map.entry("GPL-3.0-only", "gpl-3.0"),
            Map.entry("EUPL-1.2", "eupl-1.2"));

    /** Above this a model is presumed to have capabilities of high impact: Regulation (EU) 2024/1689, Article 51(2). */
    private static final double SYSTEMIC_RISK_FLOP = 1e25;

    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String UNSAID = "Not said yet by its makers.\n";

    private final Model model;
    private final Facts facts;
    private final Words words;
    private final StringBuilder text = new StringBuilder();

    private ModelCard(Model model, Facts facts, Words words) {
        this.model = model;
        this.facts = facts;
        this.words = words;
    }

    static String write(Model model, Facts facts, Words words) {
        ModelCard card = new ModelCard(model, facts, words);
        card.head();
        card.text.append("\n# ").append(Markdown.text(model.name())).append("\n\n");
        if (!words.description().isBlank()) {
            card.text.append(Markdown.quotation(words.description())).append('\n');
        }
        card.shape(facts.shape());
        card.making(facts.run());
        card.sources();
        card.evaluation();
        card.places(facts.place());
        card.judgement();
        card.regulation();
        return card.text.toString();
    }

    private void head() {
        String licence = LICENCES.getOrDefault(model.licence(), "other");
        text.append("---\nlicense: ").append(licence).append('\n');
        if (licence.equals("other")) {
            text.append("license_name: ").append(Markdown.yaml(model.licence())).append('\n');
        }
        TreeSet<String> languages = facts.data().stream()
                .flatMap(source -> source.languages().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        list("language", List.copyOf(languages));
        text.append("library_name: transformers\npipeline_tag: text-generation\n");
        list("tags", List.of("ai-factory", facts.run().recipe()));
        facts.base()
                .ifPresent(base -> text.append("base_model: ")
                        .append(Markdown.yaml(base.slug()))
                        .append('\n'));
        list("datasets", facts.data().stream().map(Source::name).distinct().toList());
        facts.evaluation().ifPresent(this::index);
        text.append("---\n");
    }

    private void list(String key, List<String> values) {
        if (!values.isEmpty()) {
            text.append(key).append(":\n");
            values.forEach(
                    value -> text.append("- ").append(Markdown.yaml(value)).append('\n'));
        }
    }

    private void index(Evaluation evaluation) {
        text.append("model-index:\n- name: ")
                .append(Markdown.yaml(model.slug()))
                .append("\n  results:\n");
        evaluation.text().ifPresent(score -> result("Held-out texts", score));
        evaluation.conversations().ifPresent(score -> result("Held-out conversations", score));
    }

    private void result(String dataset, Score score) {
        text.append("""
                  - task:
                      type: text-generation
                    dataset:
                      type: held-out
                      name: %s
                    metrics:
                    - type: bits_per_byte
                      value: %s
                """.formatted(dataset, decimal(score.bitsPerByte(), 4)));
    }

    private void shape(Shape shape) {
        section("What it is");
        table("", "");
        row("Made by", Markdown.text(facts.maker()) + " (" + facts.country() + ")");
        row("Parameters", grouped(shape.parameters()));
        row("Architecture", Markdown.text(shape.architecture().isEmpty() ? shape.modelType() : shape.architecture()));
        row("Numbers", Markdown.text(shape.dataType()));
        if (shape.contextLength() > 0) {
            row("Context", grouped(shape.contextLength()) + " tokens");
        }
        if (shape.vocabulary() > 0) {
            row("Vocabulary", grouped(shape.vocabulary()) + " tokens");
        }
        row("Input and output", shape.converses() ? "text; converses by its chat template" : "text");
        row("Licence", Markdown.text(model.licence()));
        row("Registered", MINUTE.format(model.registered()));
        row("Number here", "`" + model.id() + "`");
    }

    private void making(RunFacts run) {
        section("How it was made");
        if (model.foreign()) {
            text.append(
                    "A program of the makers' own made it; of its making, the platform knows what the machine was asked for and no more.\n\n");
        }
        table("", "");
        row("Recipe", Markdown.text(run.recipe()));
        row("Run", "`" + model.run() + "`");
        run.engine().ifPresent(engine -> row("Engine", "AI Factory " + Markdown.text(engine)));
        facts.base()
                .ifPresent(base -> row(
                        "Continued from",
                        Markdown.text(base.name()) + " (`" + base.id() + "`, " + Markdown.text(base.licence()) + ")"));
        row("Began", MINUTE.format(run.started()));
        row("Took", duration(Duration.between(run.started(), run.ended())));
        row("Had", run.cores() + " CPU cores" + (run.gpus() > 0 ? " and " + run.gpus() + " GPUs" : ""));
        row(
                "Charged",
                grouped(run.charged()) + " " + unit(run.unit())
                        + run.cents().map(cents -> ", EUR " + euro(cents)).orElse(""));
        if (!run.funders().isEmpty()) {
            row(
                    "Paid for by",
                    run.funders().stream().map(paid -> funded(run, paid)).collect(Collectors.joining("; ")));
        }
        facts.training().ifPresent(this::training);
        run.kilowattHours().ifPresent(energy -> row("Energy", significant(energy) + " kWh (estimated)"));
    }

    private static String funded(RunFacts run, Facts.Funded paid) {
        String who = paid.funder()
                .map(code -> code.equals("EU")
                        ? "European Union"
                        : Locale.of("", code).getDisplayCountry(Locale.ENGLISH) + " (" + code + ")")
                .orElse("nobody who is known here");
        return who + ": " + grouped(paid.amount()) + " " + unit(run.unit())
                + paid.cents().map(cents -> ", EUR " + euro(cents)).orElse("");
    }

    private void training(Training training) {
        row("Steps", grouped(training.steps()));
        row("Tokens read", grouped(training.tokens()) + " (repetitions counted)");
        row("Computation", exponent(training.flop()) + " FLOP");
        row("Last loss", decimal(training.lastLoss(), 4) + " nats per token");
    }

    private void sources() {
        section("What it learned from");
        if (facts.data().isEmpty()) {
            text.append("The platform gave its run no dataset.\n");
            return;
        }
        text.append("""
                | dataset | version | licence | languages | files | bytes | texts | conversations |
                |---|---|---|---|---:|---:|---:|---:|
                """);
        for (Source source : facts.data()) {
            text.append("| ")
                    .append(String.join(
                            " | ",
                            Markdown.text(source.name()),
                            source.number() + " (`" + source.version() + "`)",
                            Markdown.text(source.licence()),
                            Markdown.text(String.join(", ", source.languages())),
                            grouped(source.files()),
                            grouped(source.bytes()),
                            grouped(source.texts()),
                            grouped(source.conversations())))
                    .append(" |\n");
        }
        text.append(
                "\nA version is named by the SHA-256 of the list of its files, so that its bytes can be checked.\n");
    }

    private void evaluation() {
        section("How well it does");
        Optional<Evaluation> known = facts.evaluation();
        if (known.isEmpty()) {
            text.append("Nothing was measured on data that it has not learned.\n");
            return;
        }
        text.append(
                "On a part of its data that it has not learned; fewer bits per byte are better, and texts and conversations are not to be"
                        + " compared.\n\n| held out | bits per byte | perplexity per token | bytes |\n|---|---:|---:|---:|\n");
        known.get().text().ifPresent(score -> score("texts", score));
        known.get().conversations().ifPresent(score -> score("conversations", score));
    }

    private void score(String what, Score score) {
        text.append("| ")
                .append(String.join(
                        " | ",
                        what,
                        decimal(score.bitsPerByte(), 4),
                        decimal(score.perplexity(), 3),
                        grouped(score.bytes())))
                .append(" |\n");
    }

    private void places(Place place) {
        section("Where things are");
        String compute = Markdown.text(place.partition()) + " of " + Markdown.text(place.machine()) + ", "
                + Markdown.text(place.factory())
                + (place.city().isEmpty() ? "" : ", " + Markdown.text(place.city()))
                + place.country().map(country -> ", " + country).orElse("");
        String storage = place.storage().isEmpty()
                ? "storage of this platform; its operator has not said where that stands"
                : "storage of this platform, " + Markdown.text(place.storage());
        table("what", "where");
        row("Computation", compute);
        row("Data", storage);
        row("Weights", storage);
        row("Keys of its chat", "database of this platform, as hashes");
    }

    private void judgement() {
        section("What its makers say");
        say("Intended use", words.intendedUse());
        say("Limits", words.limits());
        say("Risks, and what was done about them", words.risks());
        say("Contact", words.contact());
    }

    private void say(String title, String said) {
        text.append("### ")
                .append(title)
                .append("\n\n")
                .append(said.isBlank() ? UNSAID : Markdown.quotation(said))
                .append('\n');
    }

    private void regulation() {
        section("For the EU AI Act");
        text.append(
                "What Regulation (EU) 2024/1689, Annex XI, section 1, asks the provider of a general-purpose model to document,"
                        + " and where it stands here. Whether the model is one, its makers judge.\n\n");
        table("asked for", "here");
        row("1(a) tasks, and systems it can be part of", "“Intended use”");
        row("1(b) acceptable use", "“Limits”");
        row("1(c) date of release", MINUTE.format(model.registered()));
        row("1(d) architecture and number of parameters", "“What it is”");
        row("1(e) form of input and output", "“What it is”");
        row("1(f) licence", Markdown.text(model.licence()));
        row("2(b) design and training", "“How it was made”");
        row("2(c) data: type, origin, selection", "“What it learned from”");
        row(
                "2(d) computation",
                facts.training()
                        .map(training -> exponent(training.flop()) + " FLOP"
                                + (facts.base().isPresent() ? ", beside what its base took" : "")
                                + (training.flop() < SYSTEMIC_RISK_FLOP
                                        ? "; less than the 10^25 of Article 51(2)"
                                        : "; more than the 10^25 of Article 51(2)"))
                        .orElse("not known"));
        row(
                "2(e) energy",
                facts.run()
                        .kilowattHours()
                        .map(energy -> significant(energy) + " kWh (estimated)")
                        .orElse("not known"));
    }

    private void section(String title) {
        text.append("\n## ").append(title).append("\n\n");
    }

    private void table(String left, String right) {
        text.append("| ").append(left).append(" | ").append(right).append(" |\n|---|---|\n");
    }

    private void row(String left, String right) {
        text.append("| ").append(left).append(" | ").append(right).append(" |\n");
    }

    static String unit(String unit) {
        return unit.toLowerCase(Locale.ROOT).replace('_', '-') + "s";
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String decimal(double number, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", number);
    }

    private static String exponent(double number) {
        return String.format(Locale.ROOT, "%.3g", number);
    }

    private static String significant(double number) {
        return number == 0
                ? "0"
                : new BigDecimal(number)
                        .round(new java.math.MathContext(2, RoundingMode.HALF_UP))
                        .stripTrailingZeros()
                        .toPlainString();
    }

    private static String euro(long cents) {
        return BigDecimal.valueOf(cents, 2).toPlainString();
    }

    private static String duration(Duration time) {
        return time.toHours() + " h " + time.toMinutesPart() + " min " + time.toSecondsPart() + " s";
    }
}
