package org.aifactory.observatory;

import static org.aifactory.observatory.InitiativeForm.each;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.aifactory.facts.Mark;
import org.aifactory.facts.Sources;
import org.aifactory.observatory.Initiative.Dispute;
import org.aifactory.observatory.Initiative.Line;
import org.aifactory.observatory.Initiative.OpenModel;
import org.aifactory.observatory.InitiativeForm.AmountForm;
import org.aifactory.observatory.InitiativeForm.DisputeForm;
import org.aifactory.observatory.InitiativeForm.Exactness;
import org.aifactory.observatory.InitiativeForm.LineForm;
import org.aifactory.observatory.InitiativeForm.ModelForm;
import org.aifactory.observatory.InitiativeForm.PeriodForm;
import org.aifactory.web.Message;
import org.aifactory.web.Problem;
import org.aifactory.web.Problem.FieldFault;
import org.jspecify.annotations.Nullable;

/** Reads what somebody wrote of an initiative, and finds all that is wrong with it, each at its field. */
final class InitiativeCheck {
    static final String SLUG = "[a-z0-9][a-z0-9-]{0,62}";
    /** They stand in the same place of addresses. */
    private static final Set<String> TAKEN = Set.of("comparison", "comparison.csv", "new");

    private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());
    private static final Set<String> CURRENCIES = Currency.getAvailableCurrencies().stream()
            .map(Currency::getCurrencyCode)
            .collect(Collectors.toUnmodifiableSet());
    private static final BigDecimal MOST = new BigDecimal("1e18");
    private static final int MOST_DECIMALS = 4;
    private static final int LONGEST_WORD = 200;
    private static final int LONGEST_TEXT = 1000;
    private static final int MOST_ITEMS = 30;
    private static final int MOST_YEARS = 100;
    private static final int EARLIEST = 1900;
    private static final int LATEST = 9999;

    private final List<FieldFault> faults = new ArrayList<>();
    private final InitiativeForm form;

    private InitiativeCheck(InitiativeForm form) {
        this.form = form;
    }

    /**
     * The initiative that was written.
     *
     * @throws Problem which names each field that is wrong
     */
    static Initiative read(InitiativeForm form) {
        return new InitiativeCheck(form).read();
    }

    static boolean isCurrency(String code) {
        return CURRENCIES.contains(code);
    }

    private Initiative read() {
        String slug = text("slug", form.slug(), LONGEST_WORD);
        if (!slug.isEmpty() && (!slug.matches(SLUG) || TAKEN.contains(slug))) {
            fault("slug", "observatory.fault.slug");
        }
        Message title = words("title", form.title(), form.titleKo(), LONGEST_WORD);
        String country = text("country", form.country(), LONGEST_WORD);
        if (!country.isEmpty() && !COUNTRIES.contains(country)) {
            fault("country", "observatory.fault.country", country);
        }
        String body = text("body", form.body(), LONGEST_WORD);
        Kind kind = need("kind", form.kind(), Kind.POLICY);
        Mark mark = need("mark", form.mark(), Mark.UNVERIFIED);
        List<String> sources = sources("sources", form.sources(), mark);
        Money money = money(kind);
        List<Line> lines = lines(kind, money, mark, sources);
        requireParts(money, lines);
        Initiative read = new Initiative(
                slug,
                form.version() == null ? 0 : form.version(),
                title,
                country,
                body,
                kind,
                money,
                period(),
                announced(),
                mark,
                sources,
                lines,
                disputes(),
                models(),
                some("sectors", form.sectors()).stream().distinct().toList(),
                optionalWords("note", form.note(), form.noteKo()));
        if (!faults.isEmpty()) {
            throw Problem.invalid(faults);
        }
        return read;
    }

    /** Other days are slips, and those that are far away no database keeps. */
    private LocalDate announced() {
        LocalDate day = need("announced", form.announced(), LocalDate.EPOCH);
        if (day.getYear() < EARLIEST || day.getYear() > LATEST) {
            fault("announced", "observatory.fault.announced", Integer.toString(EARLIEST), Integer.toString(LATEST));
        }
        return day;
    }

    private Money money(Kind kind) {
        AmountForm said = form.amount() == null ? AmountForm.NONE : form.amount();
        Amount amount = amount("amount", said);
        boolean isNone = amount instanceof Amount.None;
        if (kind == Kind.POLICY && !isNone) {
            fault("amount.exactness", "observatory.fault.policy");
        }
        String currency = isNone ? "" : text("amount.currency", said.currency(), LONGEST_WORD);
        if (!currency.isEmpty() && !isCurrency(currency)) {
            fault("amount.currency", "observatory.fault.currency", currency);
        }
        return new Money(
                amount,
                currency,
                isNone ? Basis.IN_TOTAL : need("amount.basis", said.basis(), Basis.IN_TOTAL),
                standing("standing", kind, need("standing", form.standing(), Standing.EXPECTED)),
                need("payer", form.payer(), Payer.PUBLIC));
    }

    private Standing standing(String field, Kind kind, Standing standing) {
        if (standing == Standing.COMMITTED && !kind.canBeCommitted()) {
            fault(field, "observatory.fault.standing");
        }
        return standing;
    }

    private Amount amount(String field, AmountForm said) {
        BigDecimal least = said.least();
        return switch (said.exactness() == null ? Exactness.NONE : said.exactness()) {
            case NONE -> new Amount.None();
            case EXACT -> new Amount.Exact(positive(field + ".least", least));
            case AT_LEAST -> new Amount.AtLeast(positive(field + ".least", least));
            case RANGE -> range(field, least, said.most());
        };
    }

    /** Nothing is a bound, too: up to so much. */
    private Amount range(String field, @Nullable BigDecimal least, @Nullable BigDecimal most) {
        BigDecimal upper = positive(field + ".most", most);
        if (least == null || !isSane(least) || least.signum() < 0) {
            fault(field + ".least", "observatory.fault.amount");
            return new Amount.None();
        }
        if (least.compareTo(upper) >= 0) {
            fault(field + ".most", "observatory.fault.range");
            return new Amount.None();
        }
        return new Amount.Range(least, upper);
    }

    private BigDecimal positive(String field, @Nullable BigDecimal value) {
        if (value == null || !isSane(value) || value.signum() <= 0) {
            fault(field, "observatory.fault.amount");
            return BigDecimal.ONE;
        }
        return value;
    }

    private static boolean isSane(BigDecimal value) {
        return value.scale() <= MOST_DECIMALS && value.compareTo(MOST) <= 0;
    }

    private Period period() {
        PeriodForm said = form.period() == null ? PeriodForm.OPEN : form.period();
        if (said.years() != null) {
            if (said.years() < 1 || said.years() > MOST_YEARS || said.until() != null) {
                fault("period.years", "observatory.fault.years", MOST_YEARS);
                return new Period.Open(Optional.empty());
            }
            return new Period.Years(said.years());
        }
        if (said.until() == null) {
            return new Period.Open(Optional.ofNullable(said.from()));
        }
        if (said.from() == null || said.until().isBefore(said.from())) {
            fault("period.until", "observatory.fault.period");
            return new Period.Open(Optional.empty());
        }
        return new Period.Months(said.from(), said.until());
    }

    private List<Line> lines(Kind kind, Money head, Mark mark, List<String> sources) {
        List<Line> lines = new ArrayList<>();
        for (LineForm line : some("lines", form.lines())) {
            lines.add(line("lines[" + lines.size() + "]", line, kind, head, mark, sources));
        }
        return List.copyOf(lines);
    }

    private Line line(String field, LineForm line, Kind kind, Money head, Mark headMark, List<String> headSources) {
        AmountForm said = line.amount() == null ? AmountForm.NONE : line.amount();
        if (said.currency() != null
                && !said.currency().isEmpty()
                && !said.currency().equals(head.currency())) {
            fault(field + ".amount.currency", "observatory.fault.line-currency");
        }
        Amount amount = amount(field + ".amount", said);
        if (head.currency().isEmpty() && !(amount instanceof Amount.None)) {
            fault(field + ".amount", "observatory.fault.line-currency");
        }
        Mark mark = line.mark() == null ? headMark : line.mark();
        return new Line(
                need(field + ".purpose", line.purpose(), Purpose.OTHER),
                Boolean.TRUE.equals(line.beside()),
                new Money(
                        amount,
                        head.currency(),
                        said.basis() == null ? head.basis() : said.basis(),
                        line.standing() == null
                                ? head.standing()
                                : standing(field + ".standing", kind, line.standing()),
                        line.payer() == null ? head.payer() : line.payer()),
                mark,
                each(line.sources()).isEmpty() ? headSources : sources(field + ".sources", line.sources(), mark),
                optionalWords(field + ".note", line.note(), line.noteKo()));
    }

    /** Parts that come to more than the whole are no parts of it. */
    private void requireParts(Money head, List<Line> lines) {
        head.amount().upper().ifPresent(whole -> {
            BigDecimal parts = lines.stream()
                    .filter(line -> !line.isBeside() && line.money().basis() == head.basis())
                    .flatMap(line -> line.money().amount().lower().stream())
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
            if (parts.compareTo(whole) > 0) {
                fault("lines", "observatory.fault.parts");
            }
        });
    }

    private List<Dispute> disputes() {
        List<Dispute> disputes = new ArrayList<>();
        for (DisputeForm dispute : some("disputes", form.disputes())) {
            String field = "disputes[" + disputes.size() + "]";
            disputes.add(new Dispute(
                    words(field + ".says", dispute.says(), dispute.saysKo(), LONGEST_TEXT),
                    sources(field + ".sources", dispute.sources(), Mark.UNVERIFIED)));
        }
        return List.copyOf(disputes);
    }

    private List<OpenModel> models() {
        List<OpenModel> models = new ArrayList<>();
        for (ModelForm model : some("models", form.models())) {
            String field = "models[" + models.size() + "]";
            String address = text(field + ".address", model.address(), LONGEST_TEXT);
            if (!address.isEmpty() && !isSafeAddress(address)) {
                fault(field + ".address", "observatory.fault.address");
            }
            models.add(new OpenModel(text(field + ".name", model.name(), LONGEST_WORD), address));
        }
        return List.copyOf(models);
    }

    private List<String> sources(String field, @Nullable List<String> said, Mark mark) {
        List<String> sources = some(field, said).stream()
                .map(String::strip)
                .filter(source -> !source.isEmpty())
                .toList();
        if (sources.isEmpty()) {
            fault(field, "observatory.fault.no-source");
        } else if (sources.stream()
                .anyMatch(source -> source.length() > LONGEST_TEXT
                        || !isPlain(source)
                        || (Sources.isAddress(source) && !isSafeAddress(source)))) {
            fault(field, "observatory.fault.source");
        } else if (mark != Mark.UNVERIFIED && sources.stream().noneMatch(Sources::isAddress)) {
            fault(field, "observatory.fault.no-address");
        }
        return sources;
    }

    /** As a link may hold it. */
    static boolean isSafeAddress(String address) {
        return address.matches("https?://[!-~]+")
                && Arrays.stream(new String[] {"\"", "<", ">", "\\"}).noneMatch(address::contains);
    }

    private <T> List<T> some(String field, @Nullable List<T> list) {
        List<T> said = each(list);
        if (said.size() > MOST_ITEMS || said.stream().anyMatch(item -> item == null)) {
            fault(field, "observatory.fault.items", MOST_ITEMS);
            return List.of();
        }
        return said;
    }

    private Message words(String field, @Nullable String english, @Nullable String korean, int longest) {
        String first = text(field, english, longest);
        String second = korean == null || korean.isBlank() ? first : text(field + "Ko", korean, longest);
        return Message.inEach(first, second);
    }

    private Message optionalWords(String field, @Nullable String english, @Nullable String korean) {
        return english == null || english.isBlank() ? Message.NOTHING : words(field, english, korean, LONGEST_TEXT);
    }

    private String text(String field, @Nullable String said, int longest) {
        String text = said == null ? "" : said.strip();
        if (text.isEmpty() || text.length() > longest || !isPlain(text)) {
            fault(field, "observatory.fault.text", longest);
            return "";
        }
        return text;
    }

    private static boolean isPlain(String text) {
        return text.indexOf('\0') < 0
                && text.codePoints()
                        .noneMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
    }

    private <T> T need(String field, @Nullable T value, T otherwise) {
        if (value == null) {
            fault(field, "observatory.fault.choose");
            return otherwise;
        }
        return value;
    }

    private void fault(String field, String key, Object... arguments) {
        faults.add(FieldFault.of(field, key, arguments));
    }
}
