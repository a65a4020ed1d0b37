package org.aifactory.identity;

import java.security.Principal;
import java.util.Optional;

/**
 * Keys that open a part of the API without being a person: a module that has such keys offers a bean of this. What sends one is known as
 * the {@link Principal} and never as an {@link Actor}, and every other part of the API is closed to it.
 */
public interface KeyRing {

    /** Begins every key of this kind, and no token of another. */
    String prefix();

    /** Begins the path of all that the keys open: {@code /v1/}. */
    String opens();

    /** Who holds the key; empty where it is unknown, expired or revoked. */
    Optional<? extends Principal> holder(String key);
}
