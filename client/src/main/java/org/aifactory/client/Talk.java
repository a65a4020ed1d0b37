package org.aifactory.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    /** A path such as /etc/hosts is a question's. */
    private static final Pattern COMMAND = Pattern.compile("/\\p{L}*(\\s.*)?");

    private static final Pattern FULL = Pattern.compile("maximum context length is (\\d+) tokens");

    private final Server server;
    private final Terminal terminal;
    private final String model;
    private final BooleanSupplier sleeps;
    private boolean hasForgotten;

    /** @param sleeps whether the model has to wake for an answer */
    Talk(Server server, Terminal terminal, String model, BooleanSupplier sleeps) {
        this.server = server;
        this.terminal = terminal;
        this.model = model;
        this.sleeps = sleeps;
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
            String words = line.get().strip();
            switch (words) {
                case "/exit", "/quit" -> {
                    return;
                }
                case "" -> {}
                case "/help" -> terminal.say("%s", HELP);
                case "/reset" -> {
                    conversation = new ArrayList<>(opening);
                    hasForgotten = false;
                }
                default -> {
                    if (COMMAND.matcher(words).matches()) {
                        terminal.say("There is no %s; there are /reset, /help and /exit.", Plain.line(words));
                    } else {
                        ask(conversation, opening.size(), words, options);
                    }
                }
            }
        }
    }

    /** A question that cannot be answered does not end the conversation where somebody is there to ask another. */
    private void ask(List<Map<String, String>> conversation, int opening, String words, Map<String, ?> options) {
        conversation.add(message("user", words));
        try {
            conversation.add(message("assistant", answerWithRoom(conversation, opening, options)));
        } catch (ClientException refused) {
            conversation.removeLast();
            Matcher full = FULL.matcher(refused.sentence());
            if (full.find()) {
                terminal.say("(This is too long: this model sees %s tokens at once.)", full.group(1));
            } else if (refused.status() != ExitStatus.REFUSED || !terminal.isInteractive()) {
                throw refused;
            } else {
                terminal.say("%s", Plain.lines(refused.sentence()));
            }
        }
    }

    /** Where the model cannot see all of it at once, the oldest turns go, and the question last of all. */
    private String answerWithRoom(List<Map<String, String>> conversation, int opening, Map<String, ?> options) {
        List<Map<String, String>> seen = new ArrayList<>(conversation);
        String limit = "";
        while (true) {
            try {
                String answer = answer(seen, options);
                conversation
                        .subList(opening, conversation.size() - (seen.size() - opening))
                        .clear();
                if (!limit.isEmpty() && !hasForgotten) {
                    hasForgotten = true;
                    terminal.say(
                            "(The beginning of the conversation is forgotten: this model sees %s tokens at once.)",
                            limit);
                }
                return answer;
            } catch (ClientException refused) {
                Matcher full = FULL.matcher(refused.sentence());
                if (!full.find() || seen.size() <= opening + 1) {
                    throw refused;
                }
                limit = full.group(1);
                seen.subList(opening, Math.min(opening + 2, seen.size() - 1)).clear();
            }
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
        if (sleeps.getAsBoolean()) {
            terminal.progress().show("…", "waking it up");
        }
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
