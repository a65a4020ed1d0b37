package org.aifactory.federation;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** Names a machine. */
public record MachineId(@JsonValue UUID value) {

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public MachineId {}

    public static MachineId random() {
        return new MachineId(UUID.randomUUID());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
