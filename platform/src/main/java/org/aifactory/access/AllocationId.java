package org.aifactory.access;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** Names an allocation. */
public record AllocationId(@JsonValue UUID value) {

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public AllocationId {}

    public static AllocationId random() {
        return new AllocationId(UUID.randomUUID());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
