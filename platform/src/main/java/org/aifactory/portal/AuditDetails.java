package org.aifactory.portal;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.aifactory.identity.AuditTrail.Event;
import org.aifactory.web.Words;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;

/** The details of the audit trail in the reader's words; programs read them as they are kept. */
final class AuditDetails {
    private static final String UNIT = "unit";
    /** What is said with what was chosen, where it was chosen. */
    private static final Map<String, String> CHOSEN = Map.of(
            "duty", "portal.duty.",
            "nature", "funds.nature.",
            "recipe", "runs.recipe.",
            "role", "portal.role.",
            "state", "portal.run-state.",
            "visibility", "models.visibility.");

    private static final Set<String> BYTES = Set.of("bytes", "length");
    private static final Set<String> CENTS = Set.of("budget", "cents", "priceCents", "spent");
    private static final Set<String> COUNTED =
            Set.of("amount", "borneBySite", "borneBySiteBefore", "charged", "chargedBefore", "held", "returned");
    private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{40,}");
    private static final Pattern CONSTANT = Pattern.compile("[A-Z]+(_[A-Z]+)*");
    private static final int SHOWN = 8;

    private final MessageSource messages;
    private final Locale reader;
    private final Words words;

    AuditDetails(MessageSource messages, Locale reader) {
        this.messages = messages;
        this.reader = reader;
        this.words = Words.in(reader);
    }

    /**
     * One of them.
     *
     * @param code all of an id or a checksum, of which the value is the beginning; null where the value is in words
     */
    record Detail(String label, String value, @Nullable String code) {}

    List<Detail> of(Event event) {
        Object unit = event.details().get(UNIT);
        List<Detail> all = new ArrayList<>();
        new TreeMap<>(event.details()).forEach((name, value) -> {
            if (!name.equals(UNIT)) {
                String said = String.valueOf(value);
                boolean isCode = FINGERPRINT.matcher(said).matches();
                all.add(new Detail(
                        say("audit.detail." + name, name),
                        isCode ? said.substring(0, SHOWN) : value(event, name, value, unit),
                        isCode ? said : null));
            }
        });
        return all;
    }

    private String value(Event event, String name, @Nullable Object value, @Nullable Object unit) {
        return switch (value) {
            case null -> "–";
            case Number cents when CENTS.contains(name) -> words.euro(cents.longValue());
            case Number bytes when BYTES.contains(name) -> words.bytes(bytes.longValue());
            case Number count when unit != null && COUNTED.contains(name) -> counted(count, unit.toString());
            case Number number -> words.number(number);
            case Boolean yes -> say(yes ? "access.yes" : "access.no", value.toString());
            case Collection<?> several -> several.stream().map(Object::toString).collect(Collectors.joining(", "));
            default -> text(event, name, value.toString());
        };
    }

    private String counted(Number count, String unit) {
        String number = words.number(count);
        String otherwise = number + " " + plain(unit);
        String said = messages.getMessage(
                "models.unit." + unit.toLowerCase(Locale.ROOT), new Object[] {number}, otherwise, reader);
        return said == null ? otherwise : said;
    }

    private String text(Event event, String name, String value) {
        if (name.equals("country")) {
            return words.country(value);
        }
        if (name.equals("from") || name.equals("until") || name.equals("cutOff")) {
            return time(value);
        }
        if (!CONSTANT.matcher(value).matches()) {
            return value;
        }
        String kinds = event.action().startsWith("initiative.") ? "observatory.kind." : "portal.kind.";
        String prefix = name.equals("kind") ? kinds : CHOSEN.get(name);
        if (prefix == null) {
            return name.equals("because") ? plain(value) : value;
        }
        return say(prefix + slug(value), plain(value));
    }

    private String time(String value) {
        try {
            return words.time(Instant.parse(value));
        } catch (DateTimeParseException another) {
            return value;
        }
    }

    private String say(String key, String otherwise) {
        return String.valueOf(messages.getMessage(key, null, otherwise, reader));
    }

    private static String slug(String constant) {
        return constant.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String plain(String constant) {
        return constant.toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
