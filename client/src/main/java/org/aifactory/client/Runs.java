package org.aifactory.client;

import java.util.List;
import java.util.Set;
import org.aifactory.client.server.ClientException;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Reply;
import org.aifactory.client.server.Server;
import org.jspecify.annotations.Nullable;

/** Runs by the words of people. */
final class Runs {
    private static final Set<String> UNDER_WAY = Set.of("WAITING", "QUEUED", "RUNNING");

    private Runs() {}

    static boolean hasEnded(Reply run) {
        return run.has("state") && !UNDER_WAY.contains(run.text("state"));
    }

    static Reply find(Server server, String word) {
        return Pick.one(server.get("/api/runs").list(), word, "run", "name");
    }

    /** The run that is named, or the newest that is no model being served. */
    static Reply findOrNewest(Server server, @Nullable String word) {
        if (word != null) {
            return find(server, word);
        }
        List<Reply> runs = server.get("/api/runs").list();
        if (runs.isEmpty()) {
            throw new ClientException(
                    ExitStatus.NOT_FOUND, "There are no runs yet; begin one with ./aifactory train --data NAME.");
        }
        List<Reply> asked = runs.stream()
                .filter(run -> !run.text("recipe").equalsIgnoreCase("serve"))
                .toList();
        return (asked.isEmpty() ? runs : asked)
                .stream()
                        .reduce((one, other) ->
                                one.raw("submitted").compareTo(other.raw("submitted")) >= 0 ? one : other)
                        .orElseThrow();
    }
}
