package org.aifactory.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.aifactory.engine.ScratchFolder;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Added tokens with any flags beside any white space, and what people may say about them. */
class AddedTokenPropertyTest {
    private static final List<String> CONTENTS = List.of(
            "<|a|>",
            "<|a|><|b|>",
            "<|b",
            "|>",
            "zq",
            "zqz",
            " zq",
            "zq ",
            "\n",
            "  ",
            " x ",
            "x_x",
            "éé",
            "e\u0301",
            "e\u0301X",
            "\u0301",
            "가",
            "\u1100\u1161",
            "😀",
            "[INST]",
            "[/INST]",
            "\u3000",
            "98",
            "क");
    private static final List<String> BETWEEN = List.of(
            " ",
            " ",
            "  ",
            "\t",
            "\n",
            "\r\n",
            "\u00A0",
            "\u3000",
            "\u0085",
            "\u001C",
            "\u200B",
            "\u200D",
            "x",
            "zq",
            "_",
            "7",
            "-",
            "ñ",
            "e",
            "\u0301",
            "的",
            "\uD835\uDD6B",
            "<|",
            ">");

    @Property(tries = 150)
    void areFoundAsHuggingFaceFindsThem(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        try (ScratchFolder scratch = ScratchFolder.make()) {
            Path folder = scratch.path();
            Tokenizer tokenizer = saved(folder, random, true);
            try (HuggingFace oracle = HuggingFace.load(folder)) {
                for (int round = 0; round < 30; round++) {
                    String text = text(random);
                    assertThat(tokenizer.encodeWithSpecialTokens(text))
                            .as(
                                    "%s in %s",
                                    text,
                                    Files.readString(folder.resolve("tokenizer.json"))
                                            .lines()
                                            .toList())
                            .isEqualTo(oracle.encode(text));
                }
            }
        }
    }

    /** Two tokens become the same when they are composed, and the second of them is special. */
    @Example
    void theSpecialOneIsFoundOfTwoThatLookTheSame() throws IOException {
        areFoundAsHuggingFaceFindsThem(66_580);
    }

    @Property(tries = 60)
    void areFoundInWhatWeSayAsIfNobodyElseHadSpoken(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        try (ScratchFolder scratch = ScratchFolder.make()) {
            Path folder = scratch.path();
            Tokenizer tokenizer = saved(folder, random, false);
            for (int round = 0; round < 30; round++) {
                String theirs = text(random);
                String ours = text(random);
                BitSet said = new BitSet();
                said.set(0, theirs.length());
                assertThat(added(tokenizer, tokenizer.encodeWithSpecialTokens(theirs, said)))
                        .as(theirs)
                        .isEmpty();
                assertThat(added(tokenizer, tokenizer.encodeWithSpecialTokens(theirs + ours, said)))
                        .as("%s said before %s", theirs, ours)
                        .isEqualTo(added(tokenizer, tokenizer.encodeWithSpecialTokens(ours)));
            }
        }
    }

    private static List<Integer> added(Tokenizer tokenizer, int[] ids) {
        return Arrays.stream(ids).filter(tokenizer::isAdded).boxed().toList();
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(14); i >= 0; i--) {
            List<String> source = random.nextInt(5) < 2 ? CONTENTS : BETWEEN;
            text.append(source.get(random.nextInt(source.size())));
        }
        return text.toString();
    }

    private static Tokenizer saved(Path folder, Random random, boolean someStandAlone) {
        TinyTokenizers.saved(folder, definition -> {
            if (random.nextBoolean()) {
                definition.putObject("normalizer").put("type", "NFC");
            }
            ArrayNode tokens = (ArrayNode) definition.path("added_tokens");
            // The other implementation ends the whole process where a token begins in space that another one takes.
            boolean takeSpaceAfter = random.nextBoolean();
            List<String> contents = new ArrayList<>(CONTENTS);
            contents.removeIf(content -> takeSpaceAfter && content.matches("(?U)\\s.*"));
            Collections.shuffle(contents, random);
            int next = TinyTokenizers.OWN.size();
            for (int i : IntStream.range(0, 1 + random.nextInt(6)).toArray()) {
                tokens.add(token(contents.get(i), next + i, random)
                        .put("single_word", someStandAlone && random.nextInt(3) == 0)
                        .put("rstrip", takeSpaceAfter && random.nextBoolean()));
            }
        });
        return Tokenizer.load(folder);
    }

    private static ObjectNode token(String content, int id, Random random) {
        return TinyTokenizers.MAPPER
                .createObjectNode()
                .put("id", id)
                .put("content", content)
                .put("lstrip", random.nextBoolean())
                .put("normalized", random.nextBoolean())
                .put("special", random.nextBoolean());
    }
}
