package org.aifactory.web;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What people type into the fields of a form, read in one way on all pages; null where it is no such thing. */
public final class Typed {
    private static final int LONGEST = 40;

    private Typed() {}

    /** Euro cents of {@code 1,250,000.50}. A comma stands between thousands and nowhere else. */
    public static @Nullable Long cents(@Nullable String euros) {
        String digits = euros == null ? "" : euros.replaceAll("[\\s\\u00a0\\u202f€]", "");
        if (digits.length() > LONGEST) {
            return null;
        }
        if (digits.matches("[0-9]{1,3}(,[0-9]{3})+(\\.[0-9]{1,2})?")) {
            digits = digits.replace(",", "");
        }
        if (!digits.matches("[0-9]{1,16}(\\.[0-9]{1,2})?")) {
            return null;
        }
        return new BigDecimal(digits).movePointRight(2).longValueExact();
    }

    public static @Nullable LocalDate day(@Nullable String text) {
        try {
            return text == null ? null : LocalDate.parse(text.strip());
        } catch (DateTimeException none) {
            return null;
        }
    }

    public static @Nullable UUID id(@Nullable String text) {
        try {
            return text == null ? null : UUID.fromString(text);
        } catch (IllegalArgumentException none) {
            return null;
        }
    }

    /** Up to nine digits. */
    public static @Nullable Integer whole(@Nullable String text) {
        return text != null && text.strip().matches("[0-9]{1,9}") ? Integer.valueOf(text.strip()) : null;
    }

    public static <E extends Enum<E>> @Nullable E one(Class<E> kind, @Nullable String name) {
        return Arrays.stream(kind.getEnumConstants())
                .filter(known -> known.name().equals(name))
                .findFirst()
                .orElse(null);
    }
}
