package org.aifactory.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
import org.aifactory.client.terminal.Terminal;

/** A conversation with a model over OpenAI's API. */
final class Talk {
    static final String HELP = "Ask something; /reset begins anew, /exit ends.";

    private final Server server;
    private final Terminal terminal;
    private final String model;

    Talk(Server server, Terminal terminal, String model) {
        this.server = server;
        this.terminal = terminal;
        this.model = model;
    }

    static Map<String, String> message(String role, String content) {
        return Map.of("role", role, "content", content);
    }

    /**
     * Reads questions from standard input until it ends.
     *
     * @param opening what the model is told before
     * @param options of OpenAI's API
     */
    void untilExit(List<Map<String, String>> opening, Map<String, ?> options) {
        tell("You talk with " + Plain.line(model) + ". " + HELP);
        List<Map<String, String>> conversation = new ArrayList<>(opening);
        while (true) {
            if (terminal.isInteractive()) {
                terminal.printPart("> ");
            }
            Optional<String> line = terminal.readLine();
            if (line.isEmpty()) {
                return;
            }
            switch (line.get().strip()) {
                case "/exit", "/quit" -> {
                    return;
                }
                case "", "/help" -> tell(HELP);
                case "/reset" -> conversation = new ArrayList<>(opening);
                default -> ask(conversation, line.get().strip(), options);
            }
        }
    }

    /** A question that cannot be answered, such as one that is too long, does not end the conversation. */
    private void ask(List<Map<String, String>> conversation, String words, Map<String, ?> options) {
        conversation.add(message("user", words));
        try {
            conversation.add(message("assistant", answer(conversation, options)));
        } catch (ClientException refused) {
            conversation.removeLast();
            if (refused.status() != ExitStatus.REFUSED || !terminal.isInteractive()) {
                throw refused;
            }
            terminal.say("%s", Plain.lines(refused.sentence()));
        }
    }

    /** What helps a person would be noise where a program asks. */
    private void tell(String words) {
        if (terminal.isInteractive()) {
            terminal.say("%s", words);
        }
    }

    /** The whole answer as the server's JSON. */
    Reply whole(List<Map<String, String>> conversation, Map<String, ?> options) {
        return server.post("/v1/chat/completions", request(conversation, false, options));
    }

    /** Prints the answer as it comes. */
    String answer(List<Map<String, String>> conversation, Map<String, ?> options) {
        terminal.progress().show("…", "waking it up");
        StringBuilder answer = new StringBuilder();
        try (EventStream events = server.postForEvents("/v1/chat/completions", request(conversation, true, options))) {
            for (Optional<Event> event = events.next(); event.isPresent(); event = events.next()) {
                String data = event.get().data();
                if (data.equals("[DONE]")) {
                    break;
                }
                String part = content(data);
                terminal.progress().erase();
                terminal.printPart(Plain.lines(part));
                answer.append(part);
            }
        } catch (IOException broken) {
            terminal.print("");
            throw server.unreachable(broken);
        }
        terminal.print("");
        return answer.toString();
    }

    private Map<String, Object> request(
            List<Map<String, String>> conversation, boolean stream, Map<String, ?> options) {
        Map<String, Object> request = new LinkedHashMap<>(options);
        request.put("model", model);
        request.put("messages", conversation);
        request.put("stream", stream);
        return request;
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
