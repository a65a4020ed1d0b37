package org.aifactory.engine.evaluation;

import java.util.List;

/**
 * A question with a known answer.
 *
 * @param question what the model is asked
 * @param answers each of them is right; at least one
 * @param language ISO 639 code, {@code und} where none is given
 */
public record Question(String question, List<String> answers, String language) {
    public static final String UNDETERMINED = "und";

    public Question {
        answers = List.copyOf(answers);
    }

    /** Whether one of the accepted answers is contained in the reply, both normalised. */
    public boolean isAnsweredBy(String reply) {
        NormalText normal = NormalText.of(reply);
        return answers.stream().map(NormalText::of).anyMatch(normal::contains);
    }
}
