package org.aifactory.data;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;
import org.aifactory.web.Problem;

/**
 * Names a version of a dataset by what it holds. In one word: {@code DATASET:CONTENT}.
 *
 * @param content SHA-256 of the {@link Manifest}, so that the same files under the same paths have the same name everywhere
 */
public record VersionId(DatasetId dataset, Sha256 content) {

    /** @throws Problem when the text is no such name */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static VersionId parse(String text) {
        int colon = text.indexOf(':');
        try {
            return new VersionId(
                    new DatasetId(UUID.fromString(text.substring(0, Math.max(0, colon)))),
                    new Sha256(text.substring(colon + 1)));
        } catch (IllegalArgumentException other) {
            throw Problem.invalid("version", "data.fault.version");
        }
    }

    @JsonValue
    @Override
    public String toString() {
        return dataset + ":" + content;
    }
}
