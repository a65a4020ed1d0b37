package org.aifactory.engine.jinja;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/** Dates as C's {@code strftime} writes them in the C locale. */
final class Strftime {
    private static final Map<Character, String> PATTERNS = Map.ofEntries(
            Map.entry('a', "EEE"),
            Map.entry('A', "EEEE"),
            Map.entry('b', "MMM"),
            Map.entry('B', "MMMM"),
            Map.entry('d', "dd"),
            Map.entry('f', "SSSSSS"),
            Map.entry('H', "HH"),
            Map.entry('I', "hh"),
            Map.entry('j', "DDD"),
            Map.entry('m', "MM"),
            Map.entry('M', "mm"),
            Map.entry('p', "a"),
            Map.entry('S', "ss"),
            Map.entry('y', "yy"),
            Map.entry('Y', "yyyy"),
            Map.entry('D', "MM/dd/yy"),
            Map.entry('F', "yyyy-MM-dd"),
            Map.entry('T', "HH:mm:ss"),
            Map.entry('x', "MM/dd/yy"),
            Map.entry('X', "HH:mm:ss"),
            Map.entry('c', "EEE MMM ppd HH:mm:ss yyyy"),
            Map.entry('e', "ppd"));

    private Strftime() {}

    static String format(LocalDateTime time, String format) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char character = format.charAt(i);
            if (character != '%' || i + 1 == format.length()) {
                text.append(character);
                continue;
            }
            boolean unpadded = format.charAt(i + 1) == '-' && i + 2 < format.length();
            i += unpadded ? 2 : 1;
            text.append(field(time, format.charAt(i), unpadded));
        }
        return text.toString();
    }

    private static String field(LocalDateTime time, char name, boolean unpadded) {
        String pattern = PATTERNS.get(name);
        if (pattern == null) {
            return switch (name) {
                case '%' -> "%";
                case 'n' -> "\n";
                case 't' -> "\t";
                case 'Z', 'z' -> "";
                default -> throw new JinjaException("the part %" + name + " of a date is not known");
            };
        }
        String field = DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(time);
        return unpadded && field.length() > 1 ? field.replaceFirst("^[0 ]+(?=.)", "") : field;
    }
}
