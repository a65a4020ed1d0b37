package org.aifactory.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.aifactory.client.server.ClientException;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Reply;
import org.aifactory.client.server.Server;
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

    @Parameters(arity = "0..1", paramLabel = "MODEL", description = "Its name or id (default: the newest).")
    private @Nullable String word;

    @Option(
            names = "--allocation",
            paramLabel = "A",
            description = "What pays for the answers (default: the only one).")
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
        if (question != null && question.isBlank()) {
            throw usage("There is nothing to ask in --ask.");
        }
        String model = model(server);
        BooleanSupplier sleeps = started(server, model);
        Talk talk = new Talk(server, terminal(), model, sleeps);
        List<Map<String, String>> opening = system == null ? List.of() : List.of(Talk.message("system", system));
        if (question != null) {
            List<Map<String, String>> asked = new ArrayList<>(opening);
            asked.add(Talk.message("user", question));
            if (asJson()) {
                print(talk.whole(asked, options()));
            } else {
                talk.answer(asked, options());
            }
        } else if (asJson()) {
            throw usage("With --json, ask one question with --ask.");
        } else {
            talk.untilExit(opening, options());
        }
        return ExitStatus.DONE;
    }

    private Map<String, Object> options() {
        Map<String, Object> options = new LinkedHashMap<>();
        if (temperature != null) {
            options.put("temperature", temperature);
        }
        if (maxTokens != null) {
            options.put("max_tokens", maxTokens);
        }
        return options;
    }

    private boolean hasKeyForChats(Server server) {
        return credentials()
                .token(server.address())
                .filter(word -> word.startsWith(KEY_BEGINS))
                .isPresent();
    }

    private String model(Server server) {
        if (word != null && !hasKeyForChats(server)) {
            return ModelsCommand.find(server, word).raw("slug");
        }
        List<Reply> models = server.get("/v1/models").list("data");
        if (models.isEmpty()) {
            throw new ClientException(
                    ExitStatus.NOT_FOUND,
                    "There is no model to talk with yet; train one with ./aifactory train --data NAME.");
        }
        if (word != null) {
            return Pick.one(models, word, "model", "id").raw("id");
        }
        return models.stream()
                .reduce((one, other) -> one.number("created") >= other.number("created") ? one : other)
                .orElseThrow()
                .raw("id");
    }

    /**
     * A model answers at the cost of an allocation, so somebody has to say which; from then on it wakes by itself.
     *
     * @return whether it has to wake for an answer
     */
    private BooleanSupplier started(Server server, String model) {
        if (hasKeyForChats(server)) {
            return () -> false; // It opens nothing else, and whoever made it started the model.
        }
        String path = "/api/models/" + ModelsCommand.find(server, model).raw("id") + "/chat";
        BooleanSupplier sleeps = () -> !server.get(path).text("state").equals("READY");
        if (server.get(path).has("paidBy")) {
            return sleeps;
        }
        Reply payer = AllocationsCommand.chosen(server, allocation);
        String words = "It answers at the cost of the allocation " + payer.text("project");
        if (!mayAsk()) {
            terminal().say("%s.", words);
        } else if (!terminal().confirm(words + ". Start it?")) {
            throw new ClientException(ExitStatus.STOPPED, "Nothing was started.");
        }
        server.post(path + "/start", Map.of("allocation", payer.raw("id")));
        return sleeps;
    }
}
