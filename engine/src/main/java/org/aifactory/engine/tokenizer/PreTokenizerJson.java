package org.aifactory.engine.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Reads the {@code pre_tokenizer} of a {@code tokenizer.json}. */
final class PreTokenizerJson {
    /** What the ByteLevel step cuts by itself unless told not to: the split of GPT-2. */
    private static final String GPT_2 =
            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

    private static final String PUNCTUATION = "[\\p{P}!-/:-@\\[-`{-~]";

    /** Each step is a call within the one before; real pre-tokenizers have fewer than ten. */
    private static final int STEPS_MAX = 50;

    private final List<SplitStep> onText = new ArrayList<>();
    private final List<SplitStep> onAlphabet = new ArrayList<>();
    private boolean inAlphabet;

    private PreTokenizerJson() {}

    static WordSplitter read(JsonNode preTokenizer) throws Refusal {
        for (LlamaSplitter llama : List.of(LlamaSplitter.LLAMA_3, LlamaSplitter.QWEN_2)) {
            if (isOnly(preTokenizer, llama.pattern())) {
                return llama;
            }
        }
        PreTokenizerJson reader = new PreTokenizerJson();
        reader.add(preTokenizer);
        if (!reader.inAlphabet) {
            throw new Refusal("its pre-tokenizer has no ByteLevel step, so it is not byte-level");
        }
        return new PatternSplitter(List.copyOf(reader.onText), List.copyOf(reader.onAlphabet));
    }

    /** Whether the pre-tokenizer is a split by this pattern, which leaves nothing between its matches, and then the byte alphabet. */
    private static boolean isOnly(JsonNode preTokenizer, String pattern) {
        JsonNode steps = preTokenizer.path("pretokenizers");
        JsonNode split = steps.path(0);
        JsonNode alphabet = steps.path(1);
        String behaviour = split.path("behavior").asString("");
        return steps.size() == 2
                && split.path("pattern").path("Regex").asString("").equals(pattern)
                && (behaviour.equals("Isolated") || (behaviour.equals("Removed") && isInverted(split)))
                && alphabet.path("type").asString("").equals("ByteLevel")
                && !alphabet.path("use_regex").asBoolean(true)
                && !alphabet.path("add_prefix_space").asBoolean(true);
    }

    private static boolean isInverted(JsonNode split) {
        return split.path("invert").asBoolean(false);
    }

    private void add(JsonNode step) throws Refusal {
        String type = step.path("type").asString("");
        switch (type) {
            case "Sequence" -> {
                for (JsonNode each : step.path("pretokenizers")) {
                    add(each);
                }
            }
            case "Split" -> addSplit(pattern(step.path("pattern")), behaviour(step, ""), isInverted(step));
            case "Digits" ->
                addSplit(
                        OnigurumaPattern.compile("\\p{N}"),
                        step.path("individual_digits").asBoolean(false)
                                ? SplitStep.Behaviour.ISOLATED
                                : SplitStep.Behaviour.CONTIGUOUS,
                        false);
            case "Punctuation" -> addSplit(Pattern.compile(PUNCTUATION), behaviour(step, "Isolated"), false);
            case "ByteLevel" -> addByteLevel(step);
            default ->
                throw new Refusal("its pre-tokenizer has "
                        + (type.isEmpty() ? "a step without a type" : "the step " + type + ", which is not known"));
        }
    }

    private void addSplit(Pattern pattern, SplitStep.Behaviour behaviour, boolean inverted) throws Refusal {
        if (onText.size() + onAlphabet.size() == STEPS_MAX) {
            throw new Refusal("its pre-tokenizer has more than " + STEPS_MAX + " steps");
        }
        (inAlphabet ? onAlphabet : onText).add(new SplitStep(pattern, behaviour, inverted));
    }

    private static Pattern pattern(JsonNode pattern) throws Refusal {
        return pattern.has("String")
                ? Pattern.compile(Pattern.quote(pattern.path("String").asString("")))
                : OnigurumaPattern.compile(pattern.path("Regex").asString(""));
    }

    private static SplitStep.Behaviour behaviour(JsonNode step, String usual) throws Refusal {
        return SplitStep.Behaviour.named(step.path("behavior").asString(usual));
    }

    private void addByteLevel(JsonNode step) throws Refusal {
        if (inAlphabet) {
            throw new Refusal("its pre-tokenizer has two ByteLevel steps");
        }
        if (step.path("add_prefix_space").asBoolean(true)) {
            throw new Refusal(
                    "its pre-tokenizer puts a space before every text (add_prefix_space), which decoding cannot undo");
        }
        if (step.path("use_regex").asBoolean(true)) {
            addSplit(OnigurumaPattern.compile(GPT_2), SplitStep.Behaviour.ISOLATED, false);
        }
        inAlphabet = true;
    }
}
