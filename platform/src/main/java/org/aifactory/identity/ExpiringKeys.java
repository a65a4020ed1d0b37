package org.aifactory.identity;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Keys that open something until a certain day: a module that has such keys offers a bean of this, so that whoever made one is told before a
 * program of theirs is turned away.
 */
public interface ExpiringKeys {

    /**
     * Those that still open something and end between two instants.
     *
     * @param lasting only those that were made to last longer; of others their makers need no reminder
     */
    List<ExpiringKey> ending(Instant after, Instant before, Duration lasting);

    /**
     * A key that ends.
     *
     * @param kind as it stands in keys of messages: {@code token}
     * @param organisation whose it is; empty where it is the maker's own
     * @param page where another can be made
     */
    record ExpiringKey(
            UUID id,
            String kind,
            PersonId maker,
            Optional<OrganisationId> organisation,
            String name,
            Instant expires,
            String page) {}
}
