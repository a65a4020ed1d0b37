package org.aifactory.data;

import java.util.List;
import java.util.regex.Pattern;
import org.aifactory.web.Problem;

/** SPDX licence expressions. Their form is checked, not whether SPDX's list has the names, which grows. */
public final class Licence {
    /** Offered on pages. */
    public static final List<String> USUAL = List.of(
            "LicenseRef-internal",
            "CC0-1.0",
            "CC-BY-4.0",
            "CC-BY-SA-4.0",
            "CC-BY-NC-4.0",
            "ODC-By-1.0",
            "ODbL-1.0",
            "PDDL-1.0",
            "CDLA-Permissive-2.0",
            "KOGL-1.0",
            "Apache-2.0",
            "MIT");

    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9.-]*\\+?";
    private static final String ONE = "\\(*" + NAME + "(?: WITH " + NAME + ")?\\)*";
    private static final Pattern FORM = Pattern.compile(ONE + "(?: (?:AND|OR) " + ONE + ")*");
    private static final int LONGEST = 200;

    private Licence() {}

    /**
     * The expression in its one form.
     *
     * @throws Problem when it is none
     */
    public static String checked(String text) {
        String licence = text.strip().replaceAll("\\s+", " ");
        if (licence.length() > LONGEST || !FORM.matcher(licence).matches() || !balanced(licence)) {
            throw Problem.invalid("licence", "data.fault.licence");
        }
        return licence;
    }

    private static boolean balanced(String text) {
        int open = 0;
        for (int i = 0; i < text.length() && open >= 0; i++) {
            open += text.charAt(i) == '(' ? 1 : text.charAt(i) == ')' ? -1 : 0;
        }
        return open == 0;
    }
}
