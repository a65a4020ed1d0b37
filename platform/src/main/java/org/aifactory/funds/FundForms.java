package org.aifactory.funds;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.aifactory.facts.Mark;
import org.aifactory.facts.Sources;
import org.aifactory.web.Problem;
import org.aifactory.web.Problem.FieldFault;
import org.jspecify.annotations.Nullable;

/** What people and programs write of funds, and what is wrong with it, each at its field. */
final class FundForms {
    static final String SLUG = "[a-z0-9][a-z0-9-]{0,62}";
    /** Ten million million euros. */
    static final long MOST_CENTS = 1_000_000_000_000_000L;

    private static final int LONGEST_WORD = 200;
    private static final int LONGEST_TEXT = 1000;
    private static final int MOST_ITEMS = 50;
    private static final int FIRST_YEAR = 1999;

    private FundForms() {}

    /**
     * A new fund.
     *
     * @param initiative the slug of what the observatory knows of its announcement
     */
    record FundForm(
            @Nullable String slug,
            @Nullable String name,
            @Nullable String nameKo,
            @Nullable String country,
            @Nullable String manager,
            @Nullable Nature nature,
            @Nullable LocalDate announced,
            @Nullable Mark mark,
            @Nullable List<String> sources,
            @Nullable String note,
            @Nullable String noteKo,
            @Nullable String initiative,
            @Nullable List<TargetForm> targets) {}

    /** @param standing EXPECTED of a fund that is there, RECOMMENDED of one that is not */
    record TargetForm(
            @Nullable String who,
            @Nullable Payer payer,
            @Nullable Standing standing,
            @Nullable Long cents,
            @Nullable Mark mark,
            @Nullable List<String> sources,
            @Nullable String note,
            @Nullable String noteKo) {}

    /**
     * Investors commit together.
     *
     * @param key made by the caller: the same again changes nothing
     */
    record ClosingForm(
            @Nullable LocalDate day,
            @Nullable List<CommitmentForm> commitments,
            @Nullable List<String> sources,
            @Nullable UUID key) {}

    record CommitmentForm(
            @Nullable String who,
            @Nullable Payer payer,
            @Nullable Long cents) {}

    /** Investors of one kind pay what they have committed. */
    record DrawdownForm(
            @Nullable LocalDate day,
            @Nullable Payer payer,
            @Nullable Long cents,
            @Nullable String reason,
            @Nullable UUID key) {}

    /** @param company the start-up */
    record InvestmentForm(
            @Nullable LocalDate day,
            @Nullable String company,
            @Nullable Long cents,
            @Nullable List<String> sources,
            @Nullable UUID key) {}

    record TakingBackForm(@Nullable String reason, @Nullable UUID key) {}

    /** Collects what is wrong. */
    static final class Check {
        private final List<FieldFault> faults = new ArrayList<>();

        void fault(String field, String key, Object... arguments) {
            faults.add(FieldFault.of(field, key, arguments));
        }

        /** @throws Problem which names each field that is wrong */
        void done() {
            if (!faults.isEmpty()) {
                throw Problem.invalid(faults);
            }
        }

        String word(String field, @Nullable String said) {
            return text(field, said, LONGEST_WORD);
        }

        String text(String field, @Nullable String said) {
            return text(field, said, LONGEST_TEXT);
        }

        String optional(String field, @Nullable String said) {
            return said == null || said.isBlank() ? "" : text(field, said);
        }

        private String text(String field, @Nullable String said, int longest) {
            String text = said == null ? "" : said.strip();
            if (text.isEmpty() || text.length() > longest || !isPlain(text)) {
                fault(field, "funds.fault.text", longest);
                return "–";
            }
            return text;
        }

        String slug(String field, @Nullable String said) {
            if (said == null || !said.strip().matches(SLUG) || said.strip().equals("new")) {
                fault(field, "funds.fault.slug");
                return "none";
            }
            return said.strip();
        }

        String country(String field, @Nullable String said) {
            if (said == null || !Arrays.asList(Locale.getISOCountries()).contains(said)) {
                fault(field, "funds.fault.country");
                return "XX";
            }
            return said;
        }

        /** @param latest no day after it */
        LocalDate day(String field, @Nullable LocalDate said, LocalDate latest) {
            if (said == null || said.isAfter(latest) || said.getYear() < FIRST_YEAR) {
                fault(field, "funds.fault.day");
                return latest;
            }
            return said;
        }

        long cents(String field, @Nullable Long said) {
            if (said == null || said <= 0 || said > MOST_CENTS) {
                fault(field, "funds.fault.amount");
                return 1;
            }
            return said;
        }

        <T> T need(String field, @Nullable T said, T otherwise) {
            if (said == null) {
                fault(field, "funds.fault.choose");
                return otherwise;
            }
            return said;
        }

        <T> List<T> some(String field, @Nullable List<T> said) {
            List<T> list = said == null ? List.of() : said;
            if (list.size() > MOST_ITEMS || list.stream().anyMatch(item -> item == null)) {
                fault(field, "funds.fault.items", MOST_ITEMS);
                return List.of();
            }
            return list;
        }

        List<String> sources(String field, @Nullable List<String> said, Mark mark) {
            List<String> sources = some(field, said).stream()
                    .map(String::strip)
                    .filter(source -> !source.isEmpty())
                    .toList();
            if (sources.isEmpty()) {
                fault(field, "funds.fault.no-source");
            } else if (!sources.stream().allMatch(Check::isReadable)) {
                fault(field, "funds.fault.source");
            } else if (mark != Mark.UNVERIFIED && sources.stream().noneMatch(Sources::isAddress)) {
                fault(field, "funds.fault.no-address");
            }
            return sources;
        }

        private static boolean isReadable(String source) {
            return source.length() <= LONGEST_TEXT
                    && isPlain(source)
                    && (!Sources.isAddress(source) || source.matches("https?://[!#-;=?-\\[\\]-~]+"));
        }

        private static boolean isPlain(String text) {
            return text.indexOf('\0') < 0
                    && text.codePoints()
                            .noneMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
        }
    }
}
