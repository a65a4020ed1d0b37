package org.aifactory.engine.training;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.aifactory.engine.AtomicFile;
import org.aifactory.engine.evaluation.EvaluationReport;
import org.aifactory.engine.evaluation.TextScore;
import tools.jackson.databind.json.JsonMapper;

/**
 * How well the finished model predicts what was held out.
 *
 * @param step of which its weights are
 * @param steps of the whole run
 * @param scores by what they were measured on, without what nothing is held out of
 */
record HeldOut(long step, long steps, Map<Stage.Kind, TextScore> scores) {

    /** Writes it down for programs and for people. */
    void write(RunFolder folder) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("step", step);
        fields.put("steps", steps);
        StringBuilder table =
                new StringBuilder("# Evaluation\n\nThe weights are those of step %d of %d.\n".formatted(step, steps));
        scores.forEach((kind, score) -> {
            fields.put(name(kind), EvaluationReport.fields(score));
            table.append("\n## ").append(title(kind)).append("\n\n").append(EvaluationReport.markdown(score));
        });
        write(folder.evaluation(), JsonMapper.shared().writeValueAsString(fields) + "\n");
        write(folder.evaluationTable(), table.toString());
    }

    private static void write(Path file, String text) {
        AtomicFile.write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String name(Stage.Kind kind) {
        return switch (kind) {
            case TEXT -> "text";
            case CONVERSATIONS -> "conversations";
        };
    }

    private static String title(Stage.Kind kind) {
        return switch (kind) {
            case TEXT -> "Held-out text";
            case CONVERSATIONS -> "Held-out conversations, the assistant's turns";
        };
    }
}
