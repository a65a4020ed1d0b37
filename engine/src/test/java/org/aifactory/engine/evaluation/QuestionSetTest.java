package org.aifactory.engine.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.evaluation.QuestionScore.Accuracy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class QuestionSetTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            Luxembourg; The answer is **Luxembourg**.
            luxembourg; LUXEMBOURG!
            Straße; it is in the STRASSE
            Bologna, Italy; bologna Italy
            start-up; A startup.
            두 곳; 답은 두 곳입니다.
            룩셈부르크; 룩셈부르크에 있습니다
            7; 답은 7개입니다.
            7; There are 7.
            7; (7)
            7; ７ factories
            19; 모두 19곳
            3.5; about 3.5 billion
            1,000; 1,000 hours
            2024-2025; in 2024–2025
            20%; 20 percent, or 20%
            many   words; many words
            한국; 한국
            """)
    void rightWhenAnAcceptedAnswerIsContained(String answer, String reply) {
        assertThat(question(answer).isAnsweredBy(reply)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            Luxembourg; Finland
            7; 17 factories
            7; 70
            7; 7.5
            7; 7,000
            7; A7
            7; 7th
            100; A100
            2024; 20245
            56; (5)-(6)
            12; 1...2
            두 곳; 세 곳
            Luxembourg; ''
            """)
    void wrongWhenNoneIs(String answer, String reply) {
        assertThat(question(answer).isAnsweredBy(reply)).isFalse();
    }

    @Test
    void anyOfTheAnswersWillDo() {
        assertThat(new Question("?", List.of("six", "6"), "en").isAnsweredBy("There are 6"))
                .isTrue();
    }

    @Test
    void accuracyIsCountedForEachLanguageAndInAll() throws IOException {
        QuestionSet questions = read("""
                {"question": "How many?", "answers": ["7"], "language": "en"}
                {"question": "Where?", "answers": ["Kajaani", "Finland"], "language": "en"}

                {"question": "몇 곳?", "answers": ["7"], "language": "ko"}
                {"question": "?", "answers": ["x"]}
                """);

        QuestionScore score = questions.score(List.of("7", "Paris", "7", "7"));

        assertThat(score.languages())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("en", new Accuracy(1, 2), "ko", new Accuracy(1, 1), "und", new Accuracy(0, 1)));
        assertThat(score.all()).isEqualTo(new Accuracy(2, 4));
        assertThat(score.all().accuracy()).isEqualTo(0.5);
        JsonNode json = JsonMapper.shared().readTree(EvaluationReport.json(score));
        assertThat(json.get("accuracy").doubleValue()).isEqualTo(0.5);
        assertThat(json.get("correct").intValue()).isEqualTo(2);
        assertThat(json.get("total").intValue()).isEqualTo(4);
        assertThat(json.get("languages").get("en").get("correct").intValue()).isEqualTo(1);
        assertThat(EvaluationReport.markdown(score))
                .contains("| en | 1 | 2 | 50.0 % |\n")
                .endsWith("| all | 2 | 4 | 50.0 % |\n");
    }

    @Test
    void scoresOfTextAreOneObjectOrATable() {
        TextScore score = new TextScore(Math.log(2) * 30, 10, 20, 1);

        JsonNode json = JsonMapper.shared().readTree(EvaluationReport.json(score));
        assertThat(json.propertyNames()).containsExactly("bitsPerByte", "perplexity", "bytes", "tokens");
        assertThat(json.get("bitsPerByte").doubleValue()).isEqualTo(1.5);
        assertThat(json.get("bytes").longValue()).isEqualTo(20);
        assertThat(EvaluationReport.markdown(score)).contains("| bits per byte | 1.5000 |", "| tokens | 10 |");
    }

    @Test
    void brokenQuestionsAreRefusedWithFileAndLine() {
        String good = "{\"question\": \"a\", \"answers\": [\"b\"]}\n";
        assertRefused(good + "{", "questions.jsonl, line 2, is not valid JSON");
        assertRefused(good + "{\"question\": \"a\"}", "line 2, is not {\"question\"");
        assertRefused(good + "{\"question\": \"a\", \"answers\": []}", "line 2, is not");
        assertRefused(good + "{\"question\": \"a\", \"answers\": [7]}", "line 2, is not");
        assertRefused(good + "{\"question\": \"a\", \"answers\": [\"?!\"]}", "line 2, is not");
        assertRefused(good + "{\"question\": \" \", \"answers\": [\"b\"]}", "line 2, is not");
        assertRefused(good + "[]", "line 2, is not");
        assertRefused("\n\n", "holds no questions");
        assertThatThrownBy(() -> QuestionSet.read(folder.resolve("missing")))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("cannot be read");
    }

    private void assertRefused(String lines, String message) {
        assertThatThrownBy(() -> read(lines))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining(message);
    }

    private QuestionSet read(String lines) throws IOException {
        return QuestionSet.read(Files.writeString(folder.resolve("questions.jsonl"), lines));
    }

    private static Question question(String answer) {
        return new Question("?", List.of(answer), "en");
    }
}
