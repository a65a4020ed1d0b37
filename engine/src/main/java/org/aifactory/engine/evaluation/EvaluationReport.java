package org.aifactory.engine.evaluation;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.aifactory.engine.evaluation.QuestionScore.Accuracy;
import tools.jackson.databind.json.JsonMapper;

/** Writes scores as a Markdown table or as one JSON object. */
public final class EvaluationReport {
    private EvaluationReport() {}

    public static String markdown(TextScore score) {
        return String.format(Locale.ROOT, """
                | measure | value |
                |---|---:|
                | bits per byte | %.4f |
                | perplexity per token | %.3f |
                | bytes | %d |
                | tokens | %d |
                """, score.bitsPerByte(), score.perplexity(), score.bytes(), score.tokens());
    }

    public static String json(TextScore score) {
        return JsonMapper.shared().writeValueAsString(fields(score));
    }

    /** {@code bitsPerByte}, {@code perplexity}, {@code bytes} and {@code tokens}. */
    public static Map<String, Object> fields(TextScore score) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("bitsPerByte", score.bitsPerByte());
        fields.put("perplexity", score.perplexity());
        fields.put("bytes", score.bytes());
        fields.put("tokens", score.tokens());
        return fields;
    }

    public static String markdown(QuestionScore score) {
        StringBuilder table = new StringBuilder("| language | right | of | accuracy |\n|---|---:|---:|---:|\n");
        score.languages().forEach((language, accuracy) -> table.append(row(language, accuracy)));
        return table.append(row("all", score.all())).toString();
    }

    private static String row(String language, Accuracy accuracy) {
        return String.format(
                Locale.ROOT,
                "| %s | %d | %d | %.1f %% |\n",
                language.replace("|", "\\|").replaceAll("\\s+", " "),
                accuracy.correct(),
                accuracy.total(),
                100 * accuracy.accuracy());
    }

    /** {@code accuracy}, {@code correct} and {@code total}, and the same for each language under {@code languages}. */
    public static String json(QuestionScore score) {
        Map<String, Object> fields = fields(score.all());
        Map<String, Object> languages = new LinkedHashMap<>();
        score.languages().forEach((language, accuracy) -> languages.put(language, fields(accuracy)));
        fields.put("languages", languages);
        return JsonMapper.shared().writeValueAsString(fields);
    }

    private static Map<String, Object> fields(Accuracy accuracy) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("accuracy", accuracy.accuracy());
        fields.put("correct", accuracy.correct());
        fields.put("total", accuracy.total());
        return fields;
    }
}
