package org.aifactory.notices;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.PersonId;
import org.jspecify.annotations.Nullable;

/**
 * Something to tell people.
 *
 * @param event which event it is, so that the same one told again is no second notice: {@code run 01… attempt 2 ended}
 * @param organisation whose people alone may read it; null where somebody is told as a reviewer
 * @param key {@code notices.tell.KEY.title} and {@code .text} say it
 * @param words what both are filled in with
 * @param path of the page that it is about
 */
record Telling(
        String event, @Nullable OrganisationId organisation, Kind kind, String key, List<Word> words, String path) {

    Telling {
        words = List.copyOf(words);
        if (!path.startsWith("/") || path.startsWith("//")) {
            throw new IllegalArgumentException("A notice leads to a page of this platform, not to " + path);
        }
    }

    /** The name of the notice by which this person is told. */
    UUID idFor(PersonId person) {
        return UUID.nameUUIDFromBytes((event + " for " + person).getBytes(StandardCharsets.UTF_8));
    }
}
