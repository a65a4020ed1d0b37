package org.aifactory.data;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.List;
import java.util.Optional;
import org.aifactory.web.Message;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;

/**
 * The path of a file in a dataset: relative, with slashes, in Unicode's composed form, without anything by which it could leave a folder,
 * mislead a reader or break a list of one path a line.
 */
final class FilePath {
    private static final int MOST_BYTES = 1024;
    private static final int MOST_SEGMENT_BYTES = 255;
    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;
    private static final char REPLACEMENT = '\uFFFD';

    private FilePath() {}

    /**
     * The path in its one form.
     *
     * @throws Problem that names the path and what is wrong with it
     */
    static String checked(String name) {
        String path = Normalizer.normalize(name, Normalizer.Form.NFC);
        fault(path).ifPresent(fault -> {
            throw Problem.of(ProblemType.AGAINST_RULES, "data.refused.path", printable(name), fault);
        });
        return path;
    }

    private static Optional<Message> fault(String path) {
        if (path.isBlank()) {
            return of("empty");
        }
        if (bytes(path) > MOST_BYTES) {
            return of("long", MOST_BYTES);
        }
        if (path.indexOf('\\') >= 0) {
            return of("backslash");
        }
        if (!path.codePoints().allMatch(FilePath::isAllowed)) {
            return of("characters");
        }
        for (String segment : List.of(path.split("/", -1))) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                return of("not-plain");
            }
            if (bytes(segment) > MOST_SEGMENT_BYTES) {
                return of("part-long", MOST_SEGMENT_BYTES);
            }
        }
        return Optional.empty();
    }

    /** Of another name than what asks for it, which a call without arguments would mean. */
    private static Optional<Message> of(String what, Object... arguments) {
        return Optional.of(Message.of("data.path." + what, arguments));
    }

    private static boolean isAllowed(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            // The joiners belong to the spelling of some languages; the others turn the direction of text or hide.
            case Character.FORMAT -> character == ZERO_WIDTH_JOINER || character == ZERO_WIDTH_NON_JOINER;
            default -> character != REPLACEMENT;
        };
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** As much of a name as a sentence can hold. */
    static String printable(String name) {
        return name.codePoints()
                .limit(100)
                .map(character -> isAllowed(character) ? character : REPLACEMENT)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** Files that systems and editors leave in folders: some part of the path begins with a dot, or it is of a Mac's archive. */
    static boolean isHidden(String path) {
        return path.startsWith(".") || path.contains("/.") || path.startsWith("__MACOSX/");
    }

    /** In lower case, without the dot; empty where there is none. */
    static String extension(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(java.util.Locale.ROOT);
    }
}
