package org.aifactory.chat;

import java.util.UUID;
import org.aifactory.identity.Actor;

/** Who asks a model. */
sealed interface Caller {

    /** A person, by their token or their session. */
    record Person(Actor actor) implements Caller {}

    /** A program, by a key of an organisation. */
    record Program(ChatKey key) implements Caller {}

    /** As the counts name it. */
    default String holder() {
        return switch (this) {
            case Person(Actor actor) -> "person " + actor.person();
            case Program(ChatKey key) -> holder(key.id());
        };
    }

    static String holder(UUID key) {
        return "key " + key;
    }
}
