package org.aifactory.web;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A piece of a long list, as those who ask for lists over HTTP say which: after the last one that they have seen, and so many at most. */
public final class Piece {
    private Piece() {}

    /**
     * @param name by which the list's things are known to whoever asks
     * @param after the name of the last one seen; empty to begin
     * @throws Problem when that one is not there, or not any more: nobody could say what comes after it
     */
    public static <T> List<T> of(List<T> all, Function<T, ?> name, Optional<String> after, int most) {
        int begin = after.map(seen -> place(all, name, seen) + 1).orElse(0);
        return all.subList(begin, Math.min(all.size(), begin + most));
    }

    private static <T> int place(List<T> all, Function<T, ?> name, String seen) {
        for (int i = 0; i < all.size(); i++) {
            if (name.apply(all.get(i)).toString().equals(seen)) {
                return i;
            }
        }
        throw Problem.invalid("after", "web.fault.after");
    }
}
