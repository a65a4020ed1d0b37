package org.aifactory.engine.model;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** How rotary frequencies are stretched for contexts longer than those the base model was trained on. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = RopeScaling.None.class, name = "none"),
    @JsonSubTypes.Type(value = RopeScaling.Linear.class, name = "linear"),
    @JsonSubTypes.Type(value = RopeScaling.Llama3.class, name = "llama3")
})
public sealed interface RopeScaling {

    /** Plain RoPE (Su et al. 2021, arXiv:2104.09864). */
    record None() implements RopeScaling {}

    /** Every frequency divided by {@code factor}, as Hugging Face's {@code linear}. */
    record Linear(double factor) implements RopeScaling {}

    /** Llama 3.1's scheme: low frequencies divided by {@code factor}, high ones kept, a smooth passage between them. */
    record Llama3(double factor, double lowFrequencyFactor, double highFrequencyFactor, int originalContext)
            implements RopeScaling {}
}
