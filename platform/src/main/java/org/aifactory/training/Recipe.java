package org.aifactory.training;

import java.util.Locale;

/** What a run does with its data. */
public enum Recipe {
    /** Our engine learns a model from texts and conversations. */
    CHATBOT,
    /** Our engine goes on from a model in Hugging Face's form. */
    FINETUNE,
    /** A program of the organisation's own. */
    COMMAND,
    /** Our engine answers questions; such a run is asked for by {@code Runs.submitServing} alone. */
    SERVE;

    /** As it stands in requests and keys of messages: {@code chatbot}. */
    public String slug() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether a model in Hugging Face's form comes of it. */
    public boolean makesModel() {
        return this == CHATBOT || this == FINETUNE;
    }
}
