package org.aifactory.chat;

import java.security.Principal;

/** A program that has shown a key. */
record KeyHolder(ChatKey key) implements Principal {

    @Override
    public String getName() {
        return "key " + key.id();
    }
}
