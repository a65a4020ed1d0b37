package org.aifactory.engine.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.chat.ChatTemplate;
import org.aifactory.engine.chat.Message;
import org.aifactory.engine.corpus.Document;
import org.aifactory.engine.corpus.DocumentSet;
import org.aifactory.engine.corpus.Split;
import org.aifactory.engine.generation.GenerationRequest;
import org.aifactory.engine.generation.Generator;
import org.aifactory.engine.generation.Sampling;
import org.aifactory.engine.generation.Sequence;
import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.model.Weights;
import org.aifactory.engine.tokenizer.Tokenizer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** What the model says on its way, so that whoever waits sees it learn: how it goes on with held-out text, what it replies. */
final class Samples {
    private static final int EACH = 2;
    private static final int TOKENS_MAX = 64;
    private static final int PROMPT_CHARACTERS = 60;
    private static final double TEMPERATURE = 0.8;

    private final List<Prompt> texts;
    private final List<Prompt> conversations;
    private final ModelConfig model;
    private final Tokenizer tokenizer;
    private final Set<Integer> stopTokens;

    /**
     * One line of {@code samples.jsonl}.
     *
     * @param stage what the run learns from at this step
     * @param step steps done, all stages together
     * @param prompt the beginning of a text, or what a person says
     * @param text what the model makes of it, cut where it takes too long
     */
    record Sample(Stage.Kind stage, long step, String prompt, String text) {}

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Prompt(String words, int[] ids) {}

    /** @param split whose held-out documents give the prompts, or where there are none those that are learned */
    Samples(ModelConfig model, Tokenizer tokenizer, Set<Integer> stopTokens, Split split) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.stopTokens = stopTokens;
        this.texts = prompts(first(split.validation().texts(), split.training().texts()));
        this.conversations = prompts(
                first(split.validation().conversations(), split.training().conversations()));
    }

    private static DocumentSet first(DocumentSet heldOut, DocumentSet learned) {
        return heldOut.isEmpty() ? learned : heldOut;
    }

    private List<Prompt> prompts(DocumentSet documents) {
        try (Stream<Document> stream = documents.stream()) {
            return stream.limit(EACH)
                    .map(document -> switch (document) {
                        case Document.Text text -> prompt(text);
                        case Document.Conversation conversation -> prompt(conversation);
                    })
                    .filter(prompt -> prompt.ids().length > 0 && prompt.ids().length < model.contextLength())
                    .toList();
        }
    }

    private Prompt prompt(Document.Text text) {
        String words;
        try (Stream<String> pieces = text.pieces()) {
            words = beginning(pieces.findFirst().orElse("").strip(), PROMPT_CHARACTERS);
        }
        int[] ids = tokenizer.encodePrompt(words);
        while (ids.length > model.contextLength() / 2) {
            words = beginning(words, words.length() / 2);
            ids = tokenizer.encodePrompt(words);
        }
        return new Prompt(words, ids);
    }

    /** The first words of a text: one that is cut would be gone on with as another. */
    private static String beginning(String text, int characters) {
        if (text.length() <= characters) {
            return text;
        }
        int space = text.lastIndexOf(' ', characters);
        int end = space > 0 ? space : characters;
        return text.substring(0, Character.isHighSurrogate(text.charAt(Math.max(0, end - 1))) ? end - 1 : end);
    }

    private Prompt prompt(Document.Conversation conversation) {
        List<Message> before = new ArrayList<>();
        for (Message message : conversation.messages()) {
            if (message.role().equals(Message.ASSISTANT)) {
                break;
            }
            before.add(message);
        }
        String words = before.isEmpty() ? "" : before.getLast().content();
        return new Prompt(words, ChatTemplate.of(tokenizer).prompt(before));
    }

    /**
     * Draws samples.
     *
     * @param seconds after which the model is interrupted
     */
    List<Sample> draw(Stage.Kind kind, long step, Tensor weights, double seconds) {
        List<Prompt> prompts = kind == Stage.Kind.TEXT ? texts : conversations;
        Sampling sampling = kind == Stage.Kind.TEXT
                ? Sampling.GREEDY.withTemperature(TEMPERATURE).withSeed(step)
                : Sampling.GREEDY;
        long until = System.nanoTime() + Math.round(seconds * 1e9);
        try (PointerScope scope = new PointerScope();
                Generator generator = new Generator(model, Weights.segment(Weights.onCpu(weights)))) {
            List<Sequence> sequences = prompts.stream()
                    .map(prompt ->
                            generator.start(new GenerationRequest(prompt.ids(), TOKENS_MAX, sampling, stopTokens)))
                    .toList();
            while (generator.active() > 0 && System.nanoTime() < until) {
                generator.step();
            }
            List<Sample> samples = new ArrayList<>();
            for (int i = 0; i < prompts.size(); i++) {
                String text = tokenizer.decode(sequences.get(i).produced());
                samples.add(new Sample(kind, step, prompts.get(i).words(), text));
            }
            return samples;
        } catch (EngineException noRoom) {
            return List.of(); // A run does not fail for want of something to show.
        }
    }
}
