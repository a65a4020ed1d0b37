package org.aifactory.data;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.aifactory.web.Problem;

/** ISO 639 codes of languages: two letters where there are two, else three. */
final class Languages {
    private Languages() {}

    static List<String> checked(Collection<String> codes) {
        return codes.stream()
                .map(code -> code.strip().toLowerCase(Locale.ROOT))
                .distinct()
                .peek(Languages::requireKnown)
                .toList();
    }

    /** Java's locale data names the language of every code that is in use. */
    private static void requireKnown(String code) {
        boolean known = code.matches("[a-z]{2,3}")
                && !Locale.of(code).getDisplayLanguage(Locale.ENGLISH).equals(code);
        if (!known) {
            throw Problem.invalid("languages", "data.fault.language", FilePath.printable(code));
        }
    }
}
