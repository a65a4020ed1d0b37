package org.aifactory.chat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalLong;
import org.aifactory.chat.Completions.Limit;
import org.aifactory.chat.Question.Kind;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class QuestionTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final long CONTEXT = 256;

    @Test
    void a_stream_is_asked_for_what_it_took_whatever_the_client_wants() {
        Question question = chat("\"stream\": true");
        assertThat(question.wantsUsage()).isFalse();
        JsonNode sent = JSON.readTree(question.toServer("mine", OptionalLong.of(7)));
        assertThat(sent.at("/stream_options/include_usage").asBoolean()).isTrue();
        assertThat(sent.get("model").asString()).isEqualTo("mine");
        assertThat(sent.get("max_tokens").asInt()).isEqualTo(7);
        assertThat(chat("\"stream\": true, \"stream_options\": {\"include_usage\": true}")
                        .wantsUsage())
                .isTrue();
        // What is wrong is left to the server to refuse.
        assertThat(JSON.readTree(chat("\"stream\": true, \"stream_options\": 3").toServer("mine", OptionalLong.empty()))
                        .get("stream_options")
                        .asInt())
                .isEqualTo(3);
    }

    @Test
    void what_is_no_object_or_names_no_model_is_refused() {
        for (String body : new String[] {"", "[]", "{", "3", "{}x"}) {
            assertThatThrownBy(() -> Question.read(JSON, Kind.CHAT, body.getBytes(UTF_8)))
                    .as(body)
                    .isInstanceOf(OpenAiException.class);
        }
        assertThatThrownBy(() -> Question.read(JSON, Kind.CHAT, "{\"model\": 3}".getBytes(UTF_8))
                        .model())
                .isInstanceOf(OpenAiException.class);
    }

    @Test
    void the_most_that_a_question_can_take_is_known_before_it_is_asked() {
        Limit open = Limit.of(chat("\"n\": 2"), CONTEXT);
        assertThat(open.isFixed()).isFalse();
        assertThat(open.most()).isEqualTo(open.prompt() + 2 * CONTEXT);
        assertThat(open.within(open.most())).isEmpty();
        assertThat(open.within(open.prompt() + 21)).hasValue(10);

        assertThat(Limit.of(chat("\"max_tokens\": 1000000"), CONTEXT).each()).isEqualTo(CONTEXT);
        assertThat(Limit.of(chat("\"max_completion_tokens\": 5, \"max_tokens\": 9"), CONTEXT)
                        .each())
                .isEqualTo(5);

        Question texts = Question.read(
                JSON,
                Kind.COMPLETION,
                "{\"model\": \"m\", \"prompt\": [\"a\", \"b\", \"c\"], \"n\": 2}".getBytes(UTF_8));
        assertThat(Limit.of(texts, CONTEXT).answers()).isEqualTo(6);
        assertThat(Limit.of(texts, CONTEXT).each()).isEqualTo(16);
        Question tokens = Question.read(JSON, Kind.COMPLETION, "{\"prompt\": [1, 2, 3]}".getBytes(UTF_8));
        assertThat(tokens.answers()).isEqualTo(1);
        assertThat(tokens.promptBound()).isGreaterThan(3);
    }

    private static Question chat(String more) {
        return Question.read(
                JSON,
                Kind.CHAT,
                ("{\"model\": \"theirs\", \"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}], " + more + "}")
                        .getBytes(UTF_8));
    }
}
