package org.aifactory.client;

import java.util.List;
import org.aifactory.client.server.ClientException;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Reply;
import org.aifactory.client.server.Server;
import org.jspecify.annotations.Nullable;

/** For whom a command acts, where a person belongs to several organisations. */
final class Organisation {
    static final String OPTION = "--organisation";
    static final String DESCRIPTION = "Whose it is, by name or id, where you belong to several.";

    private Organisation() {}

    /** @return its id */
    static String id(Server server, @Nullable String word) {
        List<Reply> memberships = server.get("/api/me").list("memberships");
        if (memberships.isEmpty()) {
            throw new ClientException(
                    ExitStatus.NOT_ALLOWED, "You belong to no organisation; ask one to invite you, or found your own.");
        }
        if (word == null) {
            if (memberships.size() > 1) {
                throw new ClientException(
                        ExitStatus.USAGE,
                        "You belong to several organisations; say whose this is with " + OPTION + ": "
                                + String.join(", ", names(memberships)) + ".");
            }
            return memberships.getFirst().raw("organisation");
        }
        return memberships.stream()
                .filter(membership -> membership.raw("name").equalsIgnoreCase(word)
                        || membership.raw("organisation").equalsIgnoreCase(word))
                .findFirst()
                .orElseThrow(() -> new ClientException(
                        ExitStatus.NOT_FOUND,
                        "You belong to no organisation of that name; there is " + String.join(", ", names(memberships))
                                + "."))
                .raw("organisation");
    }

    private static List<String> names(List<Reply> memberships) {
        return memberships.stream().map(membership -> membership.text("name")).toList();
    }
}
