package org.aifactory.federation;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** Names a factory. */
public record FactoryId(@JsonValue UUID value) {

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public FactoryId {}

    public static FactoryId random() {
        return new FactoryId(UUID.randomUUID());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
