package org.aifactory.models;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** Names a model. */
public record ModelId(@JsonValue UUID value) {

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public ModelId {}

    public static ModelId random() {
        return new ModelId(UUID.randomUUID());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
