package org.aifactory.identity;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a module has for a person to do. Each brings a bean of this; the home page shows the items of all. */
public interface Agenda {

    /** Few, the most urgent first; nothing that the person may not do. */
    List<Item> of(Actor actor);

    /**
     * Something to do.
     *
     * @param key of the message that says it in a sentence
     * @param words what the sentence is about, in the order of the message
     * @param path of the page on which it is done
     * @param due until when it was promised or is possible
     */
    record Item(String key, List<String> words, String path, Optional<Instant> due) {}
}
