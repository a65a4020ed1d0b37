package org.aifactory.programme;

import java.math.BigDecimal;
import java.util.Optional;

/** Euros as people write them. */
final class Euros {
    private static final int LONGEST = 40;

    private Euros() {}

    /** {@code 1,250,000.50} in cents; empty where it is no such number. A comma stands between thousands and nowhere else. */
    static Optional<Long> cents(String text) {
        String digits = text.replaceAll("[\\s\\u00a0\\u202f€]", "");
        if (digits.length() <= LONGEST && digits.matches("-?\\d{1,3}(,\\d{3})+(\\.\\d{1,2})?")) {
            digits = digits.replace(",", "");
        }
        if (digits.length() > LONGEST || !digits.matches("-?\\d+(\\.\\d{1,2})?")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new BigDecimal(digits).movePointRight(2).longValueExact());
        } catch (ArithmeticException tooLarge) {
            return Optional.empty();
        }
    }
}
