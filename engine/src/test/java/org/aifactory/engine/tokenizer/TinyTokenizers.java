package org.aifactory.engine.tokenizer;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A small tokenizer of our own, and others made from its vocabulary in the forms that other models use. */
final class TinyTokenizers {
    static final JsonMapper MAPPER = JsonMapper.shared();

    /** Knows words of every language in {@link Texts#SENTENCES}. */
    static final Tokenizer OWN = new BpeTrainer(1024)
            .train(Stream.generate(() -> Texts.SENTENCES).limit(3).flatMap(List::stream));

    private TinyTokenizers() {}

    static ObjectNode object(String json) {
        return (ObjectNode) MAPPER.readTree(json);
    }

    /** Saves our tokenizer with its {@code tokenizer.json} changed. */
    static Path saved(Path folder, Consumer<ObjectNode> change) {
        TokenizerFiles files = OWN.files();
        ObjectNode definition = (ObjectNode) MAPPER.readTree(files.definition());
        change.accept(definition);
        new TokenizerFiles(MAPPER.writeValueAsBytes(definition), files.config()).write(folder);
        return folder;
    }

    /** A pre-tokenizer that splits by a pattern and then takes bytes, and a model that merges every word. */
    static Consumer<ObjectNode> splitBy(String pattern) {
        ObjectNode split = MAPPER.createObjectNode().put("type", "Split");
        split.putObject("pattern").put("Regex", pattern);
        split.put("behavior", "Isolated").put("invert", false);
        return steps(split.toString(), byteLevel(false));
    }

    static Consumer<ObjectNode> steps(String... steps) {
        ObjectNode sequence = MAPPER.createObjectNode().put("type", "Sequence");
        ArrayNode array = sequence.putArray("pretokenizers");
        for (String step : steps) {
            array.add(object(step));
        }
        return definition -> {
            definition.set("pre_tokenizer", sequence);
            ((ObjectNode) definition.path("model")).put("ignore_merges", false);
        };
    }

    static String byteLevel(boolean useRegex) {
        return "{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"trim_offsets\":true,\"use_regex\":" + useRegex
                + "}";
    }
}
