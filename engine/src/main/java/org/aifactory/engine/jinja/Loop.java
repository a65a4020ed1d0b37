package org.aifactory.engine.jinja;

import java.util.List;
import java.util.Optional;

/** The variable {@code loop} inside a loop. */
final class Loop {
    private final Values values;
    private final List<Object> items;
    private final long depth;
    private int index;
    private Optional<Object> lastSeen = Optional.empty();

    Loop(Values values, List<Object> items, long depth) {
        this.values = values;
        this.items = items;
        this.depth = depth;
    }

    void at(int place) {
        index = place;
    }

    long depth() {
        return depth;
    }

    Object attribute(String name) {
        int size = items.size();
        return switch (name) {
            case "index" -> index + 1L;
            case "index0" -> (long) index;
            case "revindex" -> (long) size - index;
            case "revindex0" -> size - index - 1L;
            case "first" -> index == 0;
            case "last" -> index == size - 1;
            case "length" -> (long) size;
            case "depth" -> depth;
            case "depth0" -> depth - 1;
            case "previtem" -> index > 0 ? items.get(index - 1) : new Undefined("there is no previous item");
            case "nextitem" -> index + 1 < size ? items.get(index + 1) : new Undefined("there is no next item");
            case "cycle" ->
                (Callable) call -> call.positional().isEmpty()
                        ? new Undefined("cycle")
                        : call.positional().get(index % call.positional().size());
            case "changed" ->
                (Callable) call -> {
                    Object seen = call.positional();
                    boolean changed = lastSeen.isEmpty() || !values.equal(lastSeen.get(), seen);
                    lastSeen = Optional.of(seen);
                    return changed;
                };
            default -> new Undefined(name);
        };
    }
}
