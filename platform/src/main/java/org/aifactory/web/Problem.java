package org.aifactory.web;

import java.util.List;
import java.util.Map;

/** Why something was not done, for the person who asked: a whole sentence that says what, where and what to do. */
public final class Problem extends RuntimeException {
    private final ProblemType type;
    private final List<FieldFault> faults;
    private final transient Map<String, Object> facts;

    private Problem(ProblemType type, String sentence, List<FieldFault> faults, Map<String, Object> facts) {
        super(sentence);
        this.type = type;
        this.faults = List.copyOf(faults);
        this.facts = Map.copyOf(facts);
    }

    public static Problem of(ProblemType type, String sentence) {
        return new Problem(type, sentence, List.of(), Map.of());
    }

    /** There is none, or none that the person may know of; which of the two is not told. */
    public static Problem notFound(String what, Object name) {
        return of(ProblemType.NOT_FOUND, "There is no " + what + " " + name + ", or it is not yours to see.");
    }

    /** One field or several of the request are wrong. */
    public static Problem invalid(List<FieldFault> faults) {
        String sentence = faults.size() == 1
                ? faults.getFirst().field() + ": " + faults.getFirst().message()
                : faults.size() + " fields are wrong; each says why.";
        return new Problem(ProblemType.INVALID_REQUEST, sentence, faults, Map.of());
    }

    public static Problem invalid(String field, String message) {
        return invalid(List.of(new FieldFault(field, message)));
    }

    /** The same with numbers that a program can read, such as how much is left. */
    public Problem with(Map<String, Object> facts) {
        return new Problem(type, sentence(), faults, facts);
    }

    public ProblemType type() {
        return type;
    }

    public String sentence() {
        return String.valueOf(getMessage());
    }

    public List<FieldFault> faults() {
        return faults;
    }

    Map<String, Object> facts() {
        return facts;
    }

    /** What is wrong with one field of a request. */
    public record FieldFault(String field, String message) implements java.io.Serializable {}
}
