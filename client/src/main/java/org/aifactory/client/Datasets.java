package org.aifactory.client;

import java.util.List;
import org.aifactory.client.server.ClientException;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Reply;
import org.aifactory.client.server.Server;
import org.aifactory.client.terminal.Plain;

/** Datasets and versions by the words of people: {@code handbook}, {@code handbook@2}, an id or its beginning, {@code ID:CONTENT}. */
final class Datasets {
    private Datasets() {}

    static Reply find(Server server, String word) {
        return Pick.one(server.all("/api/datasets"), word, "dataset", "name");
    }

    static List<Reply> versions(Server server, Reply dataset) {
        return server.all("/api/datasets/" + dataset.raw("id") + "/versions");
    }

    /** A version; the newest where the word names a dataset alone. */
    static Reply version(Server server, String word) {
        int colon = word.indexOf(':');
        int at = word.lastIndexOf('@');
        if (colon > 0) {
            List<Reply> versions = versions(server, find(server, word.substring(0, colon)));
            String content = word.substring(colon + 1);
            return versions.stream()
                    .filter(version -> content(version).equals(content))
                    .findFirst()
                    .orElseThrow(() -> noVersion(word));
        }
        if (at > 0 && word.substring(at + 1).matches("\\d{1,9}")) {
            long number = Long.parseLong(word.substring(at + 1));
            return versions(server, find(server, word.substring(0, at))).stream()
                    .filter(version -> version.number("number") == number)
                    .findFirst()
                    .orElseThrow(() -> noVersion(word));
        }
        List<Reply> versions = versions(server, find(server, word));
        if (versions.isEmpty()) {
            throw new ClientException(
                    ExitStatus.NOT_NOW,
                    "The dataset " + Plain.line(word)
                            + " has no version yet; add files with ./aifactory data add PATH --dataset "
                            + Plain.line(word) + ".");
        }
        return versions.getFirst();
    }

    /** What a version holds, as 64 hexadecimal digits. */
    static String content(Reply version) {
        String id = version.raw("id");
        return id.substring(id.indexOf(':') + 1);
    }

    private static ClientException noVersion(String word) {
        return new ClientException(
                ExitStatus.NOT_FOUND,
                "There is no version " + Plain.line(word) + "; ./aifactory data show lists those of a dataset.");
    }
}
