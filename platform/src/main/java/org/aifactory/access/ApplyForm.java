package org.aifactory.access;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.access.Wish.ProjectWish;
import org.aifactory.federation.HourUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;

/** The page to apply as it was filled in: words, whatever they mean. */
final class ApplyForm {
    private static final int LONGEST_NUMBER = 60;

    private final Map<String, String> fields;

    ApplyForm(Map<String, String> fields) {
        this.fields = fields;
    }

    static ApplyForm of(MultiValueMap<String, String> sent) {
        return new ApplyForm(sent.toSingleValueMap());
    }

    /** What stands in a field; empty where nothing does. */
    public String of(String field) {
        return fields.getOrDefault(field, "");
    }

    public boolean isChecked(String field) {
        return of(field).equals("true");
    }

    Wish wish() {
        return new Wish(
                uuid("organisation"),
                text("partition"),
                number("hours"),
                unit(),
                text("mode"),
                months(),
                new ProjectWish(text("project.title"), text("project.purpose")),
                isChecked("commercial"),
                under("answers."),
                under("profile."),
                uuid("key"));
    }

    private @Nullable String text(String field) {
        return of(field).isBlank() ? null : of(field).strip();
    }

    private @Nullable UUID uuid(String field) {
        try {
            return of(field).isBlank() ? null : UUID.fromString(of(field).strip());
        } catch (IllegalArgumentException none) {
            return null;
        }
    }

    /** Null, and so asked for again, where it is no number. */
    private @Nullable BigDecimal number(String field) {
        String text = PlainText.ungrouped(of(field).strip().replace(" ", ""));
        try {
            return text.isEmpty() || text.length() > LONGEST_NUMBER ? null : new BigDecimal(text);
        } catch (NumberFormatException none) {
            return null;
        }
    }

    private @Nullable Integer months() {
        return Optional.ofNullable(number("months"))
                .filter(number -> number.abs().compareTo(BigDecimal.valueOf(1000)) < 0 && number.scale() <= 0)
                .map(BigDecimal::intValue)
                .orElse(null);
    }

    private @Nullable HourUnit unit() {
        for (HourUnit unit : HourUnit.values()) {
            if (unit.name().equals(of("unit"))) {
                return unit;
            }
        }
        return null;
    }

    private Map<String, Object> under(String prefix) {
        Map<String, Object> answers = new LinkedHashMap<>();
        fields.forEach((field, answer) -> {
            if (field.startsWith(prefix)) {
                answers.put(field.substring(prefix.length()), answer);
            }
        });
        return answers;
    }
}
