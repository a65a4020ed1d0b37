package org.aifactory.federation;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** Names a job on a machine. Whoever submits it makes the key and keeps it before submitting, so that submitting it again is harmless. */
public record JobKey(@JsonValue UUID value) {

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public JobKey {}

    public static JobKey random() {
        return new JobKey(UUID.randomUUID());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
