package org.aifactory.federation;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** Names a partition. */
public record PartitionId(@JsonValue UUID value) {

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public PartitionId {}

    public static PartitionId random() {
        return new PartitionId(UUID.randomUUID());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
