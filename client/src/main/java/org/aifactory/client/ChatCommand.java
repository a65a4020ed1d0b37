package org.aifactory.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.aifactory.client.server.ClientException;
import org.aifactory.client.server.EventStream;
import org.aifactory.client.server.EventStream.Event;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Reply;
import org.aifactory.client.server.Server;
import org.aifactory.client.terminal.Plain;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "chat",
        description = {
            "Talks with a model of yours, as any program can over the same address (OpenAI's API under /v1).",
            "/reset begins anew; /exit or the end of the input ends. A model that sleeps takes some seconds for the first answer."
        },
        footer = {"", "Examples:", "  ./aifactory chat", "  ./aifactory chat handbook --ask \"Who hosts LUMI?\""})
final class ChatCommand extends ServerCommand {
    private static final String KEY_BEGINS = "aik_";
    private static final String HELP = "Ask something; /reset begins anew, /exit ends.";

    @Parameters(arity = "0..1", paramLabel = "MODEL", description = "Its name or id (default: the newest).")
    private @Nullable String word;

    @Option(names = "--allocation", paramLabel = "A", description = "What pays for the answers (default: the only one).")
    private @Nullable String allocation;

    @Option(names = "--ask", paramLabel = "WORDS", description = "Ask this and end with the answer.")
    private @Nullable String question;

    @Option(names = "--system", paramLabel = "WORDS", description = "What the model is told before the conversation.")
    private @Nullable String system;

    @Option(names = "--temperature", paramLabel = "T", description = "0 for the likeliest words; more for others.")
    private @Nullable Double temperature;

    @Option(names = "--max-tokens", paramLabel = "N", description = "The longest answer.")
    private @Nullable Integer maxTokens;

    ChatCommand(Surroundings here) {
        super(here);
    }

    @Override
    ExitStatus run(Server server) {
        String model = model(server);
        requireStarted(server, model);
        if (question != null) {
            List<Map<String, String>> asked = opening();
            asked.add(message("user", question));
            if (asJson()) {
                print(server.post("/v1/chat/completions", request(model, asked, false)));
            } else {
                answer(server, model, asked);
            }
            return ExitStatus.DONE;
        }
        if (asJson()) {
            throw usage("With --json, ask one question with --ask.");
        }
        talk(server, model);
        return ExitStatus.DONE;
    }

    private String model(Server server) {
        List<Reply> models = server.get("/v1/models").list("data");
        if (models.isEmpty()) {
            throw new ClientException(
                    ExitStatus.NOT_FOUND,
                    "There is no model to talk with yet; train one with ./aifactory train --data NAME.");
        }
        if (word != null) {
            return Pick.one(models, word, "model", "id", "name").raw("id");
        }
        return models.stream()
                .reduce((one, other) -> one.number("created") >= other.number("created") ? one : other)
                .orElseThrow()
                .raw("id");
    }

    /** A model answers at the cost of an allocation, so somebody has to say which; from then on it wakes by itself. */
    private void requireStarted(Server server, String model) {
        if (credentials().token(server.address()).filter(word -> word.startsWith(KEY_BEGINS)).isPresent()) {
            return; // A key for chats opens nothing else, and whoever made it started the model.
        }
        String path = "/api/models/" + ModelsCommand.find(server, model).raw("id") + "/chat";
        if (server.get(path).has("paidBy")) {
            return;
        }
        Reply payer = AllocationsCommand.chosen(server, allocation);
        String words = "It answers at the cost of the allocation " + payer.text("project");
        if (!mayAsk()) {
            terminal().say("%s.", words);
        } else if (!terminal().confirm(words + ". Start it?")) {
            throw new ClientException(ExitStatus.STOPPED, "Nothing was started.");
        }
        server.post(path + "/start", Map.of("allocation", payer.raw("id")));
    }

    private void talk(Server server, String model) {
        tell("You talk with " + Plain.line(model) + ". " + HELP);
        List<Map<String, String>> conversation = opening();
        while (true) {
            if (terminal().isInteractive()) {
                terminal().printPart("> ");
            }
            Optional<String> line = terminal().readLine();
            if (line.isEmpty()) {
                return;
            }
            switch (line.get().strip()) {
                case "/exit", "/quit" -> {
                    return;
                }
                case "", "/help" -> tell(HELP);
                case "/reset" -> conversation = opening();
                default -> ask(server, model, conversation, line.get().strip());
            }
        }
    }

    /** A question that cannot be answered, such as one that is too long, does not end the conversation. */
    private void ask(Server server, String model, List<Map<String, String>> conversation, String words) {
        conversation.add(message("user", words));
        try {
            conversation.add(message("assistant", answer(server, model, conversation)));
        } catch (ClientException refused) {
            conversation.removeLast();
            if (refused.status() != ExitStatus.REFUSED || !terminal().isInteractive()) {
                throw refused;
            }
            terminal().say("%s", Plain.lines(refused.sentence()));
        }
    }

    /** What helps a person would be noise where a program asks. */
    private void tell(String words) {
        if (terminal().isInteractive()) {
            terminal().say("%s", words);
        }
    }

    private List<Map<String, String>> opening() {
        List<Map<String, String>> messages = new ArrayList<>();
        if (system != null) {
            messages.add(message("system", system));
        }
        return messages;
    }

    private static Map<String, String> message(String role, String content) {
        return Map.of("role", role, "content", content);
    }

    private Map<String, Object> request(String model, List<Map<String, String>> conversation, boolean stream) {
        Map<String, Object> request = new java.util.LinkedHashMap<>();
        request.put("model", model);
        request.put("messages", conversation);
        request.put("stream", stream);
        if (temperature != null) {
            request.put("temperature", temperature);
        }
        if (maxTokens != null) {
            request.put("max_tokens", maxTokens);
        }
        return request;
    }

    /** Prints the answer as it comes. */
    private String answer(Server server, String model, List<Map<String, String>> conversation) {
        terminal().progress().show("…", "");
        StringBuilder answer = new StringBuilder();
        try (EventStream events = server.postForEvents("/v1/chat/completions", request(model, conversation, true))) {
            for (Optional<Event> event = events.next(); event.isPresent(); event = events.next()) {
                String data = event.get().data();
                if (data.equals("[DONE]")) {
                    break;
                }
                String part = content(data);
                terminal().progress().erase();
                terminal().printPart(Plain.lines(part));
                answer.append(part);
            }
        } catch (IOException broken) {
            terminal().print("");
            throw server.unreachable(broken);
        }
        terminal().print("");
        return answer.toString();
    }

    private static String content(String data) {
        Reply chunk = Server.parse(data);
        if (chunk.get("error").has("message")) {
            throw new ClientException(
                    ExitStatus.SERVER_FAILED, chunk.get("error").text("message"));
        }
        return chunk.list("choices").stream()
                .map(choice -> choice.get("delta").raw("content"))
                .findFirst()
                .orElse("");
    }
}
