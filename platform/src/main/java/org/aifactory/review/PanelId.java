package org.aifactory.review;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** Names a panel. */
public record PanelId(@JsonValue UUID value) {

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public PanelId {}

    static PanelId random() {
        return new PanelId(UUID.randomUUID());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
