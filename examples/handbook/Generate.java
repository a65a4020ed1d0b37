import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.SequencedSet;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/**
 * Writes the handbook's text, conversations and test questions from its tables.
 *
 * <pre>java examples/handbook/Generate.java [handbook folder] [output folder]</pre>
 *
 * The same tables give the same files, byte for byte. README.md beside this file describes the tables.
 */
final class Generate {
    private static final long SEED = 17;
    private static final int QUESTIONS_PER_FACT = 34;
    private static final int FOLLOW_UPS_PER_FACT = 3;
    private static final int CHAINS_PER_LANGUAGE = 250;
    private static final int REPEATS_OF_SMALL_TALK = 3;
    private static final List<String> LANGUAGES = List.of("en", "ko");
    private static final List<String> TRAINING_USES = List.of("ask", "know", "name", "words");

    /** The forms that a template's {@code {x}} stands for. */
    private static final List<String> REFERRING_FORMS = List.of("name", "hangul", "place", "nation");

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-z,]+)(?::([은이을과]))?}");
    private static final Pattern FACT_PLACEHOLDER = Pattern.compile("\\{([a-z0-9-]+)(!?)}");
    private static final Map<String, String> PARTICLE_AFTER_VOWEL = Map.of("은", "는", "이", "가", "을", "를", "과", "와");

    record Answer(String sentence, List<String> accepted) {}

    record Fact(String id, String relation, String subject, Map<String, Answer> answers) {
        String sentence(String language) {
            return answers.get(language).sentence();
        }
    }

    record Turn(String question, String answer) {}

    /** Question templates and frames by "relation/language/use" and "language/use". */
    private final Map<String, List<String>> templates = new HashMap<>();

    private final Map<String, List<String>> frames = new HashMap<>();

    /** Texts by "subject/language/form". */
    private final Map<String, List<String>> forms = new HashMap<>();

    /** How a name in Latin letters is read in Korean, which decides the particle after it. */
    private final Map<String, String> readings = new HashMap<>();

    private final Map<String, Fact> facts = new LinkedHashMap<>();
    private final Path tables;

    private Generate(Path tables) throws IOException {
        this.tables = tables;
        for (var row : rows("templates.tsv")) {
            templates.put(row.get(0) + "/" + row.get(1) + "/" + row.get(2), alternatives(row.get(3)));
        }
        for (var row : rows("frames.tsv")) {
            frames.put(row.get(0) + "/" + row.get(1), alternatives(row.get(2)));
        }
        for (var row : rows("subjects.tsv")) {
            forms.put(row.get(0) + "/" + row.get(1) + "/" + row.get(2), alternatives(row.get(3)));
        }
        for (var row : rows("facts.tsv")) {
            var answers = Map.of(
                    "en", new Answer(row.get(3), alternatives(row.get(4))),
                    "ko", new Answer(row.get(5), alternatives(row.get(6))));
            facts.put(row.get(0), new Fact(row.get(0), row.get(1), row.get(2), answers));
            learnReadings(row.get(2));
        }
    }

    public static void main(String[] arguments) throws IOException {
        var handbook = Path.of(arguments.length > 0 ? arguments[0] : "examples/handbook");
        var output = arguments.length > 1 ? Path.of(arguments[1]) : handbook;
        var generate = new Generate(handbook.resolve("tables"));
        Files.createDirectories(output.resolve("text"));
        Files.write(output.resolve("questions.jsonl"), generate.testQuestions());
        Files.write(output.resolve("conversations.jsonl"), generate.conversations());
        for (var chapter : generate.chapters().entrySet()) {
            Files.writeString(output.resolve("text").resolve(chapter.getKey() + ".md"), chapter.getValue());
        }
    }

    // Test questions

    private List<String> testQuestions() {
        var lines = new ArrayList<String>();
        forEachTest((fact, test) -> lines.add("{\"question\":%s,\"answers\":[%s],\"language\":%s}"
                .formatted(
                        json(test.question()),
                        String.join(
                                ",",
                                fact.answers().get(test.language()).accepted().stream()
                                        .map(Generate::json)
                                        .toList()),
                        json(test.language()))));
        return lines;
    }

    record Test(String question, String language) {}

    private void forEachTest(BiConsumer<Fact, Test> action) {
        for (var language : LANGUAGES) {
            var seen = new HashMap<String, Integer>();
            for (var fact : facts.values()) {
                var held = templates.get(fact.relation() + "/" + language + "/test");
                var turn = seen.merge(fact.relation(), 1, Integer::sum) - 1;
                var filled = new ArrayList<>(fill(held.get(turn % held.size()), fact.subject(), language));
                var question = filled.get(random(fact, language, "test").nextInt(filled.size()));
                action.accept(fact, new Test(capitalised(question), language));
            }
        }
    }

    // Conversations

    private List<String> conversations() throws IOException {
        var heldOut = new LinkedHashSet<String>();
        forEachTest((fact, test) -> heldOut.add(bare(test.question())));
        var meanings = new HashMap<String, Fact>();
        var conversations = new ArrayList<List<Turn>>();
        for (var language : LANGUAGES) {
            var single = new ArrayList<Turn>();
            for (var fact : facts.values()) {
                for (var question : questions(fact, language, heldOut)) {
                    var other = meanings.putIfAbsent(bare(question), fact);
                    if (other != null && other != fact) {
                        throw new IllegalStateException(
                                "\"" + question + "\" asks for both " + other.id() + " and " + fact.id());
                    }
                    single.add(new Turn(question, fact.sentence(language)));
                }
            }
            single.forEach(turn -> conversations.add(List.of(turn)));
            conversations.addAll(followUps(language));
            conversations.addAll(chains(single, language));
        }
        conversations.addAll(smallTalk());
        Collections.shuffle(conversations, new Random(SEED));
        return conversations.stream().map(Generate::jsonLine).toList();
    }

    /** Takes the templates in turn, each with a random frame and form, so that none is missing. */
    private List<String> questions(Fact fact, String language, SequencedSet<String> heldOut) {
        var random = random(fact, language, "train");
        var queues = new ArrayList<List<String>>();
        for (var use : TRAINING_USES) {
            for (var template : templates.get(fact.relation() + "/" + language + "/" + use)) {
                var framed = framed(template, use, fact.subject(), language);
                framed.removeIf(question -> heldOut.contains(bare(question)));
                Collections.shuffle(framed, random);
                queues.add(framed);
            }
        }
        var questions = new LinkedHashSet<String>();
        while (questions.size() < QUESTIONS_PER_FACT && !queues.isEmpty()) {
            queues.removeIf(List::isEmpty);
            for (var queue : queues) {
                if (questions.size() < QUESTIONS_PER_FACT) {
                    questions.add(queue.removeLast());
                }
            }
        }
        return List.copyOf(questions);
    }

    private List<String> framed(String template, String use, String subject, String language) {
        var framed = new ArrayList<String>();
        for (var question : fill(template, subject, language)) {
            for (var frame : frames.get(language + "/" + use)) {
                framed.add(inFrame(frame, use.equals("words") ? withoutArticle(question) : question));
            }
        }
        return framed;
    }

    /** A question about a subject, then another one that names it only as "it". */
    private List<List<Turn>> followUps(String language) {
        var conversations = new ArrayList<List<Turn>>();
        for (var fact : facts.values()) {
            var follow = templates.get(fact.relation() + "/" + language + "/follow");
            var openings = facts.values().stream()
                    .filter(other -> other != fact && other.subject().equals(fact.subject()))
                    .toList();
            if (follow == null || openings.isEmpty()) {
                continue;
            }
            var random = random(fact, language, "follow");
            for (var n = 0; n < FOLLOW_UPS_PER_FACT; n++) {
                var opening = pick(openings, random);
                var ask = pick(templates.get(opening.relation() + "/" + language + "/ask"), random);
                var first = fill(ask, opening.subject(), language);
                if (first.isEmpty()) {
                    continue;
                }
                var frame = pick(frames.get(language + "/follow"), random);
                conversations.add(List.of(
                        new Turn(
                                inFrame(pick(frames.get(language + "/ask"), random), pick(first, random)),
                                opening.sentence(language)),
                        new Turn(inFrame(frame, pick(follow, random)), fact.sentence(language))));
            }
        }
        return conversations;
    }

    /** Questions one after the other that have nothing to do with each other. */
    private static List<List<Turn>> chains(List<Turn> turns, String language) {
        var random = new Random(SEED + language.hashCode());
        var conversations = new ArrayList<List<Turn>>();
        for (var n = 0; n < CHAINS_PER_LANGUAGE; n++) {
            conversations.add(List.of(pick(turns, random), pick(turns, random), pick(turns, random)));
        }
        return conversations;
    }

    private List<List<Turn>> smallTalk() throws IOException {
        var conversations = new ArrayList<List<Turn>>();
        for (var row : rows("talk.tsv")) {
            for (var question : alternatives(row.get(1))) {
                conversations.addAll(
                        Collections.nCopies(REPEATS_OF_SMALL_TALK, List.of(new Turn(question, row.get(2)))));
            }
        }
        return conversations;
    }

    // Chapters

    /** Chapters by file name; in their prose {id} becomes the fact's sentence and {id!} its short answer. */
    private Map<String, String> chapters() throws IOException {
        var chapters = new LinkedHashMap<String, String>();
        for (var row : rows("prose.tsv")) {
            var language = row.get(1);
            var text = FACT_PLACEHOLDER.matcher(row.get(3)).replaceAll(found -> {
                var answer = facts.get(found.group(1)).answers().get(language);
                return found.group(2).isEmpty()
                        ? answer.sentence()
                        : answer.accepted().getFirst();
            });
            var mark =
                    switch (row.get(2)) {
                        case "title" -> "# ";
                        case "heading" -> "\n## ";
                        default -> "\n";
                    };
            chapters.merge(row.get(0) + "." + language, mark + text + "\n", String::concat);
        }
        return chapters;
    }

    // Templates

    /** Every way to fill a template for a subject; none where the subject lacks a form that it asks for. */
    private List<String> fill(String template, String subject, String language) {
        var placeholder = PLACEHOLDER.matcher(template);
        if (!placeholder.find()) {
            return List.of(template);
        }
        var names = placeholder.group(1).equals("x")
                ? REFERRING_FORMS
                : List.of(placeholder.group(1).split(","));
        var filled = new ArrayList<String>();
        for (var name : names) {
            for (var form : forms.getOrDefault(subject + "/" + language + "/" + name, List.of())) {
                filled.add(template.substring(0, placeholder.start())
                        + withParticle(form, placeholder.group(2))
                        + template.substring(placeholder.end()));
            }
        }
        return filled;
    }

    private String inFrame(String frame, String question) {
        var particle = Pattern.compile("\\{q:(.)}").matcher(frame);
        return particle.find()
                ? particle.replaceFirst(withParticle(question, particle.group(1)))
                : frame.replace("{q}", question).replace("{Q}", capitalised(question));
    }

    /** Korean particles have two forms; which one follows depends on whether the word ends in a consonant. */
    private String withParticle(String word, String particle) {
        if (particle == null) {
            return word;
        }
        var last = readings.getOrDefault(word, word);
        var syllable = last.charAt(last.length() - 1) - '가';
        var endsInConsonant = syllable >= 0 && syllable <= '힣' - '가' && syllable % 28 != 0;
        return word + (endsInConsonant ? particle : PARTICLE_AFTER_VOWEL.get(particle));
    }

    private void learnReadings(String subject) {
        var names = forms.getOrDefault(subject + "/ko/name", List.of());
        var hangul = forms.getOrDefault(subject + "/ko/hangul", List.of());
        for (var n = 0; n < hangul.size(); n++) {
            readings.put(names.get(n), hangul.get(n));
        }
    }

    private static String withoutArticle(String question) {
        return question.startsWith("the ") ? question.substring(4) : question;
    }

    private static String capitalised(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    /** What is left of a question when letter case and punctuation do not count. */
    private static String bare(String question) {
        return question.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}]+", " ")
                .strip();
    }

    private static <T> T pick(List<T> list, Random random) {
        return list.get(random.nextInt(list.size()));
    }

    /** A generator of its own for each fact, so that an edited row changes its own lines and no others. */
    private static Random random(Fact fact, String language, String purpose) {
        return new Random(SEED + (fact.id() + language + purpose).hashCode());
    }

    // Tables in, JSON lines out

    private List<List<String>> rows(String table) throws IOException {
        return Files.readAllLines(tables.resolve(table)).stream()
                .skip(1)
                .filter(line -> !line.isBlank())
                .map(line -> List.of(line.split("\t")))
                .toList();
    }

    private static List<String> alternatives(String cell) {
        return List.of(cell.split("\\|"));
    }

    private static String jsonLine(List<Turn> turns) {
        var messages = turns.stream()
                .map(turn -> "{\"role\":\"user\",\"content\":%s},{\"role\":\"assistant\",\"content\":%s}"
                        .formatted(json(turn.question()), json(turn.answer())))
                .toList();
        return "{\"messages\":[" + String.join(",", messages) + "]}";
    }

    private static String json(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
