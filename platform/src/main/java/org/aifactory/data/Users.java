package org.aifactory.data;

import java.util.List;
import org.aifactory.web.Message;

/** Who keeps a dataset or a model from being removed, as people are told. */
public final class Users {
    private static final int NAMED = 3;
    private static final String RUN = "run ";

    private Users() {}

    /** @param users as whoever uses a thing calls itself: {@code run ID}, or something of its own */
    public static Message named(List<String> users) {
        Message named = users.stream()
                .limit(NAMED)
                .map(Users::named)
                .reduce((first, next) -> Message.of("data.users.and", first, next))
                .orElseThrow();
        return users.size() > NAMED ? Message.of("data.users.more", named, users.size() - NAMED) : named;
    }

    private static Message named(String user) {
        return user.startsWith(RUN)
                ? Message.of("data.users.run", user.substring(RUN.length()))
                : Message.of("data.users.chat");
    }
}
