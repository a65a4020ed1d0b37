package org.aifactory.access;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.aifactory.access.Policy.Choice;
import org.aifactory.access.Policy.Question;
import org.aifactory.identity.OrganisationKind;
import org.aifactory.web.Message;
import org.aifactory.web.Problem.FieldFault;
import org.jspecify.annotations.Nullable;

/** Answers to questions of the policy: which are wrong, which are missing, and what remains of them. */
final class Answers {
    private static final int MOST_CHARACTERS = 10_000;
    private static final BigDecimal LARGEST = BigDecimal.TEN.pow(15);
    private static final int MOST_DIGITS = 30;

    private final List<Question> questions;

    Answers(List<Question> questions, OrganisationKind kind) {
        this.questions =
                questions.stream().filter(question -> question.isAskedOf(kind)).toList();
    }

    /**
     * Adds what is wrong to a list of faults.
     *
     * @param place before the name of each field
     * @return the right ones, in the order of the questions
     */
    Map<String, Object> read(String place, Map<String, ?> given, List<FieldFault> faults) {
        given.keySet().stream()
                .filter(id ->
                        questions.stream().noneMatch(question -> question.id().equals(id)))
                .limit(questions.size() + 1L)
                .forEach(id -> faults.add(new FieldFault(place, Message.of("access.fault.unasked", shortened(id)))));
        Map<String, Object> right = new LinkedHashMap<>();
        for (Question question : questions) {
            Object answer = given.get(question.id());
            if (answer == null || answer.equals("")) {
                continue;
            }
            Object meant = meant(question, answer);
            if (meant == null) {
                faults.add(new FieldFault(place + "." + question.id(), wanted(question)));
            } else {
                right.put(question.id(), meant);
            }
        }
        return right;
    }

    /** Adds the questions that need an answer and have none. */
    void requireAll(String place, Map<String, Object> right, List<FieldFault> faults) {
        for (Question question : questions) {
            String field = place + "." + question.id();
            boolean isFaulty = faults.stream().anyMatch(fault -> fault.field().equals(field));
            if (question.required() && !right.containsKey(question.id()) && !isFaulty) {
                faults.add(new FieldFault(
                        field,
                        Message.of(
                                "message.joined",
                                question.text().said(),
                                question.why().said())));
            }
        }
    }

    /** The answer in the form of its question, also where it came from a form of a page; null where it is none. */
    private static @Nullable Object meant(Question question, Object answer) {
        return switch (question.form()) {
            case TEXT -> text(question, answer);
            case NUMBER -> number(question, answer);
            case YES_NO ->
                switch (answer.toString().toLowerCase(Locale.ROOT)) {
                    case "true", "yes", "on" -> true;
                    case "false", "no" -> false;
                    default -> null;
                };
            case CHOICE ->
                question.choices().stream()
                        .map(Choice::value)
                        .filter(answer::equals)
                        .findFirst()
                        .orElse(null);
        };
    }

    private static @Nullable String text(Question question, Object answer) {
        int most =
                question.atMost() == null ? MOST_CHARACTERS : question.atMost().intValue();
        return answer instanceof String text && text.length() <= most && !text.isBlank() && PlainText.isPlain(text)
                ? text.strip()
                : null;
    }

    private static @Nullable BigDecimal number(Question question, Object answer) {
        if (!(answer instanceof Number || answer instanceof String)) {
            return null;
        }
        try {
            BigDecimal number = new BigDecimal(answer.toString().strip());
            BigDecimal least = question.atLeast() == null ? BigDecimal.ZERO : question.atLeast();
            BigDecimal most = question.atMost() == null ? LARGEST : question.atMost();
            boolean isShort = number.precision() <= MOST_DIGITS && Math.abs((long) number.scale()) <= MOST_DIGITS;
            return isShort && number.compareTo(least) >= 0 && number.compareTo(most) <= 0 ? number : null;
        } catch (NumberFormatException none) {
            return null;
        }
    }

    private static Message wanted(Question question) {
        return switch (question.form()) {
            case TEXT ->
                Message.of(
                        "access.fault.text",
                        question.atMost() == null ? BigDecimal.valueOf(MOST_CHARACTERS) : question.atMost());
            case NUMBER ->
                Message.of(
                        "access.fault.number",
                        question.atLeast() == null ? BigDecimal.ZERO : question.atLeast(),
                        question.atMost() == null ? LARGEST : question.atMost());
            case YES_NO -> Message.of("access.fault.yes-no");
            case CHOICE ->
                Message.of(
                        "access.fault.choice",
                        String.join(
                                ", ",
                                question.choices().stream().map(Choice::value).toList()));
        };
    }

    private static String shortened(String id) {
        return id.length() > 60 ? id.substring(0, 60) + "…" : id;
    }
}
