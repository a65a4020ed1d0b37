package org.aifactory.engine.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.Reason;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A JSON object of a model folder. Whatever it should say and does not is refused by file and field. */
record JsonFile(Path path, JsonNode root) {

    static JsonFile read(Path path) {
        try {
            JsonNode root = JsonMapper.shared().readTree(Files.readAllBytes(path));
            if (!root.isObject()) {
                throw new EngineException(Kind.MODEL, path + " is not a JSON object. Fetch the model folder again.");
            }
            return new JsonFile(path, root);
        } catch (IOException failure) {
            throw new EngineException(
                    Kind.MODEL,
                    path + " cannot be read (" + Reason.of(failure)
                            + "). Give the folder of a model in Hugging Face's form.",
                    failure);
        } catch (JacksonException failure) {
            throw new EngineException(
                    Kind.MODEL,
                    path + " is not valid JSON (" + Reason.of(failure) + "). Fetch the model folder again.",
                    failure);
        }
    }

    /** The same file seen from one of its objects; empty where there is none. */
    JsonFile object(String field) {
        return new JsonFile(path, root.path(field));
    }

    boolean has(String field) {
        return root.hasNonNull(field);
    }

    boolean flag(String field, boolean absent) {
        JsonNode node = root.path(field);
        if (node.isMissingNode() || node.isNull()) {
            return absent;
        }
        if (!node.isBoolean()) {
            throw wrong(field, node, "true or false");
        }
        return node.booleanValue();
    }

    String text(String field, String absent) {
        return has(field) ? root.path(field).asString(absent) : absent;
    }

    int size(String field) {
        return size(field, root.path(field));
    }

    int size(String field, int absent) {
        return has(field) ? size(field) : absent;
    }

    private int size(String field, JsonNode node) {
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() <= 0) {
            throw wrong(field, node, "a positive whole number");
        }
        return node.intValue();
    }

    double number(String field) {
        JsonNode node = root.path(field);
        if (!node.isNumber() || !(node.doubleValue() > 0) || Double.isInfinite(node.doubleValue())) {
            throw wrong(field, node, "a positive number");
        }
        return node.doubleValue();
    }

    double number(String field, double absent) {
        return has(field) ? number(field) : absent;
    }

    OptionalDouble optionalNumber(String field) {
        JsonNode node = root.path(field);
        return node.isNumber() ? OptionalDouble.of(node.doubleValue()) : OptionalDouble.empty();
    }

    OptionalInt optionalId(String field) {
        List<Integer> ids = ids(field);
        return ids.isEmpty() ? OptionalInt.empty() : OptionalInt.of(ids.getFirst());
    }

    /** Token ids given as one number or as a list of numbers; empty where there are none. */
    List<Integer> ids(String field) {
        JsonNode node = root.path(field);
        if (node.isMissingNode() || node.isNull()) {
            return List.of();
        }
        List<Integer> ids = new ArrayList<>();
        for (JsonNode id : node.isArray() ? node : List.of(node)) {
            if (!id.isIntegralNumber() || !id.canConvertToInt()) {
                throw wrong(field, node, "a token id or a list of token ids");
            }
            // Some folders write -1 where they mean none.
            if (id.intValue() >= 0) {
                ids.add(id.intValue());
            }
        }
        return ids;
    }

    EngineException wrong(String field, JsonNode found, String expected) {
        return unusable("its " + field + " is " + (found.isMissingNode() ? "missing" : found) + " where " + expected
                + " is needed");
    }

    EngineException unusable(String what) {
        return new EngineException(Kind.MODEL, path + " cannot be used: " + what + ".");
    }
}
