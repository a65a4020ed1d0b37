package org.aifactory.client;

import java.util.ArrayList;
import java.util.List;
import org.aifactory.client.server.ClientException;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Reply;
import org.aifactory.client.terminal.Plain;

/** Finds the thing that a person means among those the server lists: by its id, the beginning of its id, or a name. */
final class Pick {
    private static final int SHORTEST_BEGINNING = 4;
    private static final int MOST_NAMED = 5;

    private Pick() {}

    /**
     * @param what the kind of thing, for the sentence
     * @param names fields by which it may be called besides its id
     */
    static Reply one(List<Reply> things, String word, String what, String... names) {
        List<Reply> meant = things.stream()
                .filter(thing -> thing.raw("id").equalsIgnoreCase(word))
                .toList();
        if (meant.isEmpty()) {
            meant = named(things, word, names);
        }
        if (meant.isEmpty() && word.length() >= SHORTEST_BEGINNING) {
            meant = things.stream()
                    .filter(thing -> thing.raw("id").startsWith(word.toLowerCase(java.util.Locale.ROOT)))
                    .toList();
        }
        if (meant.size() == 1) {
            return meant.getFirst();
        }
        throw meant.isEmpty() ? none(things, word, what, names) : several(meant, word, what);
    }

    private static List<Reply> named(List<Reply> things, String word, String... names) {
        List<Reply> meant = new ArrayList<>();
        for (Reply thing : things) {
            for (String name : names) {
                if (thing.raw(name).equalsIgnoreCase(word)) {
                    meant.add(thing);
                    break;
                }
            }
        }
        return meant;
    }

    private static ClientException none(List<Reply> things, String word, String what, String... names) {
        List<String> there = things.stream()
                .map(thing -> names.length == 0 ? thing.text("id") : "“" + thing.text(names[0]) + "”")
                .distinct()
                .toList();
        String sentence = there.isEmpty()
                ? "There is none yet."
                : "There "
                        + (there.size() == 1 ? "is " : "are ")
                        + String.join(", ", there.subList(0, Math.min(MOST_NAMED, there.size())))
                        + (there.size() > MOST_NAMED ? " and " + (there.size() - MOST_NAMED) + " more." : ".");
        return new ClientException(
                ExitStatus.NOT_FOUND,
                "There is no " + what + " “" + Plain.line(word) + "” that you may see. " + sentence);
    }

    private static ClientException several(List<Reply> meant, String word, String what) {
        return new ClientException(
                ExitStatus.USAGE,
                Plain.line(word) + " may mean more than one " + what + "; give more of the id: "
                        + String.join(
                                ", ",
                                meant.stream()
                                        .limit(5)
                                        .map(thing -> thing.text("id"))
                                        .toList()));
    }
}
