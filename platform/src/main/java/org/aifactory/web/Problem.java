package org.aifactory.web;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Why something was not done, for the person who asked: a whole sentence that says what, where and what to do. */
public final class Problem extends RuntimeException {
    private final ProblemType type;
    private final Message message;
    private final List<FieldFault> faults;
    private final transient Map<String, Object> facts;

    private Problem(ProblemType type, Message message, List<FieldFault> faults, Map<String, Object> facts) {
        super(message.inEnglish());
        this.type = type;
        this.message = message;
        this.faults = List.copyOf(faults);
        this.facts = Map.copyOf(facts);
    }

    /** @param key of a sentence in the message bundles, and what it is filled in with */
    public static Problem of(ProblemType type, String key, Object... arguments) {
        return of(type, Message.of(key, arguments));
    }

    public static Problem of(ProblemType type, Message message) {
        return new Problem(type, message, List.of(), Map.of());
    }

    /**
     * There is none, or none that the person may know of; which of the two is not told.
     *
     * @param what as it stands in the key {@code thing.WHAT}, spaces for hyphens
     */
    public static Problem notFound(String what, Object name) {
        return of(ProblemType.NOT_FOUND, "problem.no-such", thing(what), name.toString());
    }

    /** The word for a kind of thing, such as {@code access mode}. */
    public static Message thing(String what) {
        return Message.of("thing." + what.toLowerCase(Locale.ROOT).replace(' ', '-'));
    }

    /** One field or several of the request are wrong. */
    public static Problem invalid(List<FieldFault> faults) {
        Message message = faults.size() == 1
                ? Message.of(
                        "problem.one-fault",
                        faults.getFirst().field(),
                        faults.getFirst().message())
                : Message.of("problem.faults", faults.size());
        return new Problem(ProblemType.INVALID_REQUEST, message, faults, Map.of());
    }

    /** @param key of a sentence in the message bundles, and what it is filled in with */
    public static Problem invalid(String field, String key, Object... arguments) {
        return invalid(List.of(FieldFault.of(field, key, arguments)));
    }

    /** The same with numbers that a program can read, such as how much is left. */
    public Problem with(Map<String, Object> facts) {
        return new Problem(type, message, faults, facts);
    }

    public ProblemType type() {
        return type;
    }

    public Message message() {
        return message;
    }

    public String sentence() {
        return message.toString();
    }

    public List<FieldFault> faults() {
        return faults;
    }

    Map<String, Object> facts() {
        return facts;
    }

    /** What is wrong with one field of a request. */
    public record FieldFault(String field, Message message) implements Serializable {

        public FieldFault(String field, String written) {
            this(field, Message.written(written));
        }

        /** @param key of a sentence in the message bundles, and what it is filled in with */
        public static FieldFault of(String field, String key, Object... arguments) {
            return new FieldFault(field, Message.of(key, arguments));
        }
    }
}
