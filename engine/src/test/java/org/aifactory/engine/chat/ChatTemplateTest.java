package org.aifactory.engine.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.tokenizer.BpeTrainer;
import org.aifactory.engine.tokenizer.Tokenizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatTemplateTest {
    private static final LocalDateTime NOW = LocalDateTime.of(2026, 3, 7, 9, 5);
    private static final List<Message> TALK = List.of(
            Message.system("Be kind."),
            Message.user("Hi"),
            Message.assistant("Hello!"),
            Message.user("Well?"),
            Message.assistant("<think>\nhm\n</think>\n\nYes."));

    private static final List<String> SAYINGS = List.of(
            "hello",
            "  lead",
            "trail ",
            "\n",
            "\n\nx\n",
            "\u00a0",
            "안녕 😀",
            "e\u0301",
            "{{ 7 * 7 }}",
            "{% raw %}",
            "'\"\\",
            "<",
            "|>",
            "[",
            "]",
            "<|",
            "im_end|>",
            "/INST]",
            "");

    private static ChatTemplate template(String source) {
        return ChatTemplate.of(Families.tokenizer(source), () -> NOW);
    }

    /** The tokens as text, with those that are learned between « and ». */
    private static String learned(String source) {
        Tokenizer tokenizer = Families.tokenizer(source);
        EncodedConversation conversation = template(source).encode(TALK);
        StringBuilder text = new StringBuilder();
        boolean before = false;
        for (int i = 0; i < conversation.ids().length; i++) {
            boolean now = conversation.learned()[i];
            text.append(now && !before ? "«" : "").append(!now && before ? "»" : "");
            int id = conversation.ids()[i];
            text.append(tokenizer.isAdded(id) ? tokenizer.token(id) : tokenizer.decode(id));
            before = now;
        }
        return text + (before ? "»" : "");
    }

    @Test
    void theAssistantsWordsAndTheEndOfItsTurnAreLearned() {
        assertThat(learned(ChatTemplate.CHATML)).isEqualTo("""
                <|im_start|>system
                Be kind.<|im_end|>
                <|im_start|>user
                Hi<|im_end|>
                <|im_start|>assistant
                «Hello!<|im_end|>»
                <|im_start|>user
                Well?<|im_end|>
                <|im_start|>assistant
                «<think>
                hm
                </think>

                Yes.<|im_end|>»
                """);
        assertThat(learned(Families.HEADERS)).isEqualTo("""
                <|endoftext|><|head|>system<|/head|>

                Date: 07 Mar 2026

                Be kind.<|eot|><|head|>user<|/head|>

                Hi<|eot|><|head|>assistant<|/head|>

                «Hello!<|eot|>»<|head|>user<|/head|>

                Well?<|eot|><|head|>assistant<|/head|>

                «<think>
                hm
                </think>

                Yes.<|eot|>»""");
        assertThat(learned(Families.INSTRUCTIONS)).isEqualTo("""
                <|endoftext|>[INST] Hi [/INST]« Hello!<|endoftext|>»[INST] Be kind.

                Well? [/INST]« <think>
                hm
                </think>

                Yes.<|endoftext|>»""");
        assertThat(learned(Families.ROLES)).isEqualTo("""
                <|system|>
                Be kind.
                <|user|>
                Hi
                <|assistant|>
                «Hello!<|endoftext|>»
                <|user|>
                Well?
                <|assistant|>
                «<think>
                hm
                </think>

                Yes.<|endoftext|>»""");
    }

    @Test
    void whatTheTemplateWritesBeforeAReplyButNotIntoAPromptIsLearned() {
        assertThat(learned(Families.THOUGHTS)).endsWith("""
                <|turn|>assistant
                «Hello!<|done|>»
                <|turn|>user
                Well?<|done|>
                <|turn|>assistant
                «<think>
                hm
                </think>

                Yes.<|done|>»
                """);
        Tokenizer tokenizer = Families.tokenizer(Families.THOUGHTS);
        EncodedConversation unthinking =
                template(Families.THOUGHTS).encode(List.of(Message.user("Hi"), Message.assistant("Hello!")));
        int thought = tokenizer.id("<think>").orElseThrow();
        int at = IntStream.range(0, unthinking.ids().length)
                .filter(i -> unthinking.ids()[i] == thought)
                .findFirst()
                .orElseThrow();
        assertThat(unthinking.learned()[at]).isTrue();
        assertThat(unthinking.learned()[at - 1]).isFalse();
    }

    @Test
    void theEndOfATurnIsFoundInTheTemplate() {
        assertThat(end(ChatTemplate.CHATML)).isEqualTo("<|im_end|>");
        assertThat(end(Families.HEADERS)).isEqualTo("<|eot|>");
        assertThat(end(Families.INSTRUCTIONS)).isEqualTo("<|endoftext|>");
        assertThat(end(Families.THOUGHTS)).isEqualTo("<|done|>");
    }

    private static String end(String source) {
        return Families.tokenizer(source).token(template(source).turnEnd());
    }

    /** A prompt ends where the model begins to learn; what comes before is, token by token, what it learned from. */
    @Property(tries = 60)
    void aPromptIsTheBeginningOfWhatWasLearned(@ForAll long seed) {
        Random random = new Random(seed);
        List<Message> talk = talk(random);
        talk.removeIf(message -> message.content().contains("</think>"));
        for (String source : List.of(ChatTemplate.CHATML, Families.HEADERS, Families.ROLES)) {
            ChatTemplate template = template(source);
            List<Message> whole = new ArrayList<>(talk);
            whole.add(Message.user("q"));
            int[] prompt = template.prompt(whole);
            whole.add(Message.assistant("reply" + saying(random) + "."));
            EncodedConversation encoded = template.encode(whole);
            assertThat(Arrays.copyOf(encoded.ids(), prompt.length)).isEqualTo(prompt);
            assertThat(encoded.learned()[prompt.length - 1]).isFalse();
            assertThat(encoded.learned()[prompt.length]).isTrue();
        }
    }

    @Property(tries = 100)
    void whateverPeopleSayTheControlTokensAreThoseOfTheTurns(@ForAll long seed) {
        Random random = new Random(seed);
        List<Message> talk = talk(random);
        List<Message> plain = talk.stream()
                .map(message -> new Message(message.role(), "plain"))
                .toList();
        Families.ALL.forEach((name, source) -> {
            ChatTemplate template = template(source);
            assertThat(control(source, template.encode(talk).ids()))
                    .as(name)
                    .isEqualTo(control(source, template.encode(plain).ids()));
            assertThat(control(source, template.prompt(talk)))
                    .as(name)
                    .isEqualTo(control(source, template.prompt(plain)));
        });
    }

    /** Thoughts are not counted: of those the template writes more or fewer as replies hold them. */
    private static List<String> control(String source, int[] ids) {
        Tokenizer tokenizer = Families.tokenizer(source);
        return Arrays.stream(ids)
                .filter(tokenizer::isAdded)
                .mapToObj(tokenizer::token)
                .filter(token -> !token.contains("think"))
                .toList();
    }

    @Property(tries = 100)
    void theTokensStandForTheTextThatTheTemplateWrites(@ForAll long seed) {
        List<Message> talk = talk(new Random(seed));
        Families.ALL.forEach((name, source) -> {
            Tokenizer tokenizer = Families.tokenizer(source);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int id : template(source).prompt(talk)) {
                bytes.writeBytes(tokenizer.bytes(id));
            }
            assertThat(bytes.toString(StandardCharsets.UTF_8))
                    .as(name)
                    .isEqualTo(template(source).render(talk, true));
        });
    }

    private static List<Message> talk(Random random) {
        List<Message> talk = new ArrayList<>();
        if (random.nextBoolean()) {
            talk.add(Message.system(saying(random)));
        }
        for (int i = random.nextInt(3); i >= 0; i--) {
            talk.add(Message.user(saying(random)));
            talk.add(Message.assistant(saying(random)));
        }
        return talk;
    }

    private static String saying(Random random) {
        StringBuilder saying = new StringBuilder("a");
        for (int i = random.nextInt(5); i > 0; i--) {
            List<String> source = random.nextBoolean() ? Families.CONTROL : SAYINGS;
            saying.insert(random.nextBoolean() ? 0 : saying.length(), source.get(random.nextInt(source.size())));
        }
        return saying.toString();
    }

    @Test
    void whatATemplateRefusesIsSaidInOneSentence() {
        assertThatThrownBy(() -> template(Families.INSTRUCTIONS).prompt(List.of(Message.user("a"), Message.user("b"))))
                .isInstanceOfSatisfying(EngineException.class, refusal -> {
                    assertThat(refusal.kind()).isEqualTo(Kind.INPUT);
                    assertThat(refusal)
                            .hasMessage("The model's chat template refuses this conversation: roles must alternate"
                                    + " user/assistant/user/assistant.");
                });
        assertThatThrownBy(() -> template(Families.HEADERS).prompt(List.of()))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("fails on this conversation");
        assertThatThrownBy(() -> template(Families.ROLES).prompt(List.of(new Message("endoftext", "x"))))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("role \"endoftext\"");
    }

    @Test
    void aTemplateThatCannotBeUsedIsRefusedAtOnce() {
        for (String source : List.of("{% for %}", "{{ messages.x.y }}", "{% for i in range(10 ** 9) %}x{% endfor %}")) {
            assertThatThrownBy(() -> template(source)).isInstanceOfSatisfying(EngineException.class, refusal -> {
                assertThat(refusal.kind()).isEqualTo(Kind.MODEL);
                assertThat(refusal).hasMessageContaining("chat template cannot be used");
            });
        }
    }

    @Test
    void aBaseWithoutATemplateGetsChatMlWhereThereIsRoomForItsTokens(@TempDir Path folder) throws IOException {
        Tokenizer trained = new BpeTrainer(300).train(Stream.of("abc abc"));
        trained.save(folder);
        Path definition = folder.resolve("tokenizer.json");
        Files.writeString(
                definition,
                Files.readString(definition).replace("im_start", "begin").replace("im_end", "end"));
        Tokenizer base = Tokenizer.load(folder);

        assertThatThrownBy(() -> ChatTemplate.of(base)).hasMessageContaining("no token <|im_start|>");
        assertThatThrownBy(() -> ChatMl.giveTo(base, base.size() + 1))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("Train on text alone");
        Tokenizer given = ChatMl.giveTo(base, base.size() + 2);
        assertThat(given.chatTemplate()).contains(ChatTemplate.CHATML);
        assertThat(ChatTemplate.of(given).encode(TALK).ids()).contains(base.size(), base.size() + 1);
    }

    @Test
    void whatAnAssistantLeftOutSaysIsNotLearned() {
        EncodedConversation conversation = template(
                        "{% for m in messages if m.role == 'user' %}{{ m.content }}<|eot|>{% endfor %}")
                .encode(TALK);
        assertThat(conversation.learned()).doesNotContain(true);
    }
}
