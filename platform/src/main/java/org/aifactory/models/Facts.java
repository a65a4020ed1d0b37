package org.aifactory.models;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a model came to be. Written down once, when it is registered, so that it stays true when datasets are removed and machines are
 * renamed.
 *
 * @param maker the organisation's name
 * @param country where the organisation sits, ISO 3166-1 alpha-2
 * @param training empty where a program of the organisation's own made the model
 * @param data what the run was given to learn from
 * @param base the model that it was continued from
 * @param leftOut files of the run's output that did not become part of the model, because they are none of a model's
 */
public record Facts(
        String maker,
        String country,
        Shape shape,
        RunFacts run,
        Place place,
        Optional<Training> training,
        Optional<Evaluation> evaluation,
        List<Source> data,
        Optional<Base> base,
        List<String> leftOut) {

    /** Says that a thing is for those alone whose it is. */
    static final String OWN_LICENCE = "LicenseRef-internal";

    public Facts {
        data = List.copyOf(data);
        leftOut = List.copyOf(leftOut);
    }

    /**
     * What the files say.
     *
     * @param architecture the class in Hugging Face's words: {@code Qwen3ForCausalLM}
     * @param dataType of the weights, in safetensors' words: {@code F32}; several are joined by commas
     * @param contextLength tokens that it sees at once; 0 where the configuration does not say
     * @param vocabulary rows of the embedding; 0 where the configuration does not say
     * @param converses whether it has a template for conversations
     */
    public record Shape(
            String architecture,
            String modelType,
            long parameters,
            String dataType,
            long contextLength,
            long vocabulary,
            boolean converses) {}

    /**
     * What the run was and what was charged for it.
     *
     * @param recipe {@code chatbot}, {@code finetune}, {@code command}
     * @param engine its version; empty where it had no part in it
     * @param unit what the ledger counted: {@code CPU_CORE_SECOND}
     * @param charged of that unit
     * @param cents what that cost, in euro cents; empty where it was granted without a price
     * @param kilowattHours an estimate; empty where nothing is known to estimate from
     * @param funders who paid for the time that was charged, together all of it; none where that is not known
     */
    public record RunFacts(
            String recipe,
            Optional<String> engine,
            Instant started,
            Instant ended,
            int cores,
            int gpus,
            String unit,
            long charged,
            Optional<Long> cents,
            Optional<Double> kilowattHours,
            List<Funded> funders) {
        public RunFacts {
            // Older models know nothing of it.
            funders = funders == null ? List.of() : List.copyOf(funders);
        }
    }

    /**
     * A part of a run's time.
     *
     * @param funder "EU", or ISO 3166-1 alpha-2; empty where nobody had agreed whose the time was
     * @param amount of what the ledger counted
     * @param cents what that cost whoever funds it, in euro cents; empty where no cost is published
     */
    public record Funded(Optional<String> funder, long amount, Optional<Long> cents) {}

    /** @param country ISO 3166-1 alpha-2; empty where the operator has not said where the computer stands */
    public record Place(
            String factory, String machine, String partition, String city, Optional<String> country, String storage) {}

    /**
     * What the engine did.
     *
     * @param tokens that it read, repetitions counted
     * @param flop floating-point operations that the model's mathematics asks for
     * @param seconds spent on steps
     */
    public record Training(long steps, long tokens, double flop, double seconds, double lastLoss) {}

    /**
     * How well it predicts what was held out of its data.
     *
     * @param step of which the weights are, of so many
     */
    public record Evaluation(long step, long steps, Optional<Score> text, Optional<Score> conversations) {}

    /** @param bitsPerByte fewer are better; those of texts and those of conversations are not to be compared */
    public record Score(double bitsPerByte, double perplexity, long bytes, long tokens) {}

    /**
     * A version of a dataset.
     *
     * @param version {@code DATASET:CONTENT}
     * @param licence an SPDX licence expression
     * @param languages ISO 639 codes
     */
    public record Source(
            String version,
            String name,
            int number,
            String licence,
            List<String> languages,
            int files,
            long bytes,
            long texts,
            long conversations) {}

    /**
     * The model that this one was continued from, as it was then.
     *
     * @param id of a model here, or of a version of a dataset that holds one
     */
    public record Base(String id, String slug, String name, String licence) {}
}
