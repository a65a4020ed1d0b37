package org.aifactory.engine.evaluation;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.Reason;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Questions with accepted answers, in JSONL: {@code {"question": "…", "answers": ["…", …], "language": "ko"}}. */
public record QuestionSet(List<Question> questions) {
    private static final long FILE_BYTES_MAX = 1L << 28;

    public QuestionSet {
        questions = List.copyOf(questions);
    }

    /**
     * Reads a question set.
     *
     * @throws EngineException of the kind INPUT that names the line that is broken, or the file where it holds nothing
     */
    public static QuestionSet read(Path file) {
        List<Question> questions = new ArrayList<>();
        List<String> lines = lines(file);
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                questions.add(question(lines.get(i), file + ", line " + (i + 1) + ", "));
            }
        }
        if (questions.isEmpty()) {
            throw new EngineException(Kind.INPUT, file + " holds no questions; write one JSON object on each line.");
        }
        return new QuestionSet(questions);
    }

    private static List<String> lines(Path file) {
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw new EngineException(Kind.INPUT, file + " is too large for a question set; split it.");
            }
            return Files.readString(file).replaceFirst("^\uFEFF", "").lines().toList();
        } catch (CharacterCodingException e) {
            throw new EngineException(Kind.INPUT, file + " is not UTF-8; save it as UTF-8.", e);
        } catch (IOException e) {
            throw new EngineException(
                    Kind.INPUT, file + " cannot be read (" + Reason.of(e) + "); name a JSONL file of questions.", e);
        }
    }

    private static Question question(String line, String place) {
        try {
            JsonNode root = JsonMapper.shared().readTree(line);
            String question = string(root.get("question"));
            JsonNode language = root.get("language");
            List<String> answers = answers(root.get("answers"));
            if (question != null && !question.isBlank() && !answers.isEmpty()) {
                String code = language == null ? Question.UNDETERMINED : string(language);
                return new Question(question, answers, code == null ? Question.UNDETERMINED : code);
            }
        } catch (JacksonException e) {
            throw new EngineException(Kind.INPUT, place + "is not valid JSON; mend or remove the line.", e);
        }
        throw new EngineException(
                Kind.INPUT,
                place
                        + "is not {\"question\": \"…\", \"answers\": [\"…\", …], \"language\": \"…\"} with at least one answer"
                        + " that has a letter or a digit; mend or remove the line.");
    }

    /** The accepted answers; none when one of them cannot be used, such as one of punctuation, found in every reply. */
    private static List<String> answers(@Nullable JsonNode nodes) {
        List<String> answers = new ArrayList<>();
        if (nodes != null && nodes.isArray()) {
            for (JsonNode node : nodes) {
                String answer = string(node);
                if (answer == null || NormalText.of(answer).isEmpty()) {
                    return List.of();
                }
                answers.add(answer);
            }
        }
        return answers;
    }

    private static @Nullable String string(@Nullable JsonNode node) {
        return node != null && node.isString() ? node.stringValue() : null;
    }

    /** What is asked, without the answers. */
    public List<String> asked() {
        return questions.stream().map(Question::question).toList();
    }

    /** Counts the right ones among replies given in the order of the questions. */
    public QuestionScore score(List<String> replies) {
        QuestionScore score = QuestionScore.none();
        for (int i = 0; i < questions.size(); i++) {
            Question question = questions.get(i);
            score = score.with(question.language(), question.isAnsweredBy(replies.get(i)));
        }
        return score;
    }
}
