package org.aifactory.observatory;

import static org.aifactory.observatory.InitiativeForm.each;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.aifactory.facts.Mark;
import org.aifactory.observatory.InitiativeForm.AmountForm;
import org.aifactory.observatory.InitiativeForm.DisputeForm;
import org.aifactory.observatory.InitiativeForm.Exactness;
import org.aifactory.observatory.InitiativeForm.LineForm;
import org.aifactory.observatory.InitiativeForm.ModelForm;
import org.aifactory.observatory.InitiativeForm.PeriodForm;
import org.aifactory.web.Problem;
import org.aifactory.web.Problem.FieldFault;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;

/** The form of an initiative as it stands on a page: words, whatever they mean, under the names that faults name. */
public final class InitiativeFields {
    private static final int MOST_ROWS = 30;
    private static final int EMPTY_ROWS = 2;
    private static final int LONGEST_NUMBER = 40;

    private final Map<String, String> fields;
    private final List<String> sectors;
    private final List<FieldFault> faults = new ArrayList<>();

    private InitiativeFields(Map<String, String> fields, List<String> sectors) {
        this.fields = fields;
        this.sectors = sectors;
    }

    static InitiativeFields empty() {
        return new InitiativeFields(new LinkedHashMap<>(), List.of());
    }

    static InitiativeFields of(MultiValueMap<String, String> sent) {
        return new InitiativeFields(sent.toSingleValueMap(), sent.getOrDefault("sectors", List.of()));
    }

    static InitiativeFields of(InitiativeForm form) {
        InitiativeFields shown = new InitiativeFields(
                new LinkedHashMap<>(),
                each(form.sectors()).stream().map(Enum::name).toList());
        shown.put("slug", form.slug());
        shown.put("version", form.version());
        shown.put("title", form.title());
        shown.put("titleKo", form.titleKo());
        shown.put("country", form.country());
        shown.put("body", form.body());
        shown.put("kind", form.kind());
        shown.put("standing", form.standing());
        shown.put("payer", form.payer());
        shown.putAmount("amount", form.amount());
        PeriodForm period = form.period() == null ? PeriodForm.OPEN : form.period();
        shown.put("period.from", period.from());
        shown.put("period.until", period.until());
        shown.put("period.years", period.years());
        shown.put("announced", form.announced());
        shown.put("mark", form.mark());
        shown.put("sources", String.join("\n", each(form.sources())));
        shown.put("note", form.note());
        shown.put("noteKo", form.noteKo());
        shown.putRows(form);
        return shown;
    }

    private void putRows(InitiativeForm form) {
        int row = 0;
        for (LineForm line : each(form.lines())) {
            String field = "lines[" + row++ + "].";
            put(field + "purpose", line.purpose());
            put(field + "beside", line.beside());
            put(field + "standing", line.standing());
            put(field + "payer", line.payer());
            putAmount(field + "amount", line.amount());
            put(field + "mark", line.mark());
            put(field + "sources", String.join("\n", each(line.sources())));
            put(field + "note", line.note());
            put(field + "noteKo", line.noteKo());
        }
        row = 0;
        for (DisputeForm dispute : each(form.disputes())) {
            String field = "disputes[" + row++ + "].";
            put(field + "says", dispute.says());
            put(field + "saysKo", dispute.saysKo());
            put(field + "sources", String.join("\n", each(dispute.sources())));
        }
        row = 0;
        for (ModelForm model : each(form.models())) {
            String field = "models[" + row++ + "].";
            put(field + "name", model.name());
            put(field + "address", model.address());
        }
    }

    private void putAmount(String field, @Nullable AmountForm amount) {
        AmountForm said = amount == null ? AmountForm.NONE : amount;
        put(field + ".exactness", said.exactness());
        put(field + ".least", said.least() == null ? null : said.least().toPlainString());
        put(field + ".most", said.most() == null ? null : said.most().toPlainString());
        put(field + ".currency", said.currency());
        put(field + ".basis", said.basis());
    }

    private void put(String field, @Nullable Object value) {
        if (value != null) {
            fields.put(field, value.toString());
        }
    }

    /** What stands in a field; empty where nothing does. */
    public String of(String field) {
        return fields.getOrDefault(field, "");
    }

    public boolean has(String sector) {
        return sectors.contains(sector);
    }

    /** The numbers of the rows that are shown: those that say something, and empty ones. */
    public List<Integer> rows(String list) {
        return java.util.stream.IntStream.range(0, Math.min(MOST_ROWS, used(list) + EMPTY_ROWS))
                .boxed()
                .toList();
    }

    private int used(String list) {
        int used = 0;
        for (int row = 0; row < MOST_ROWS; row++) {
            if (saysSomething(list + "[" + row + "].")) {
                used = row + 1;
            }
        }
        return used;
    }

    /** Selections that have no empty choice say nothing by themselves. */
    private boolean saysSomething(String prefix) {
        return fields.entrySet().stream()
                .anyMatch(field -> field.getKey().startsWith(prefix)
                        && !field.getValue().isBlank()
                        && !field.getKey().endsWith(".exactness")
                        && !field.getKey().endsWith(".beside"));
    }

    /**
     * What was filled in.
     *
     * @throws Problem which names the fields that hold no number, day or month
     */
    InitiativeForm form() {
        InitiativeForm form = new InitiativeForm(
                of("slug").strip(),
                parsed("version", Integer::valueOf),
                text("title"),
                text("titleKo"),
                of("country").strip(),
                text("body"),
                one(Kind.class, "kind"),
                one(Standing.class, "standing"),
                one(Payer.class, "payer"),
                amount("amount"),
                new PeriodForm(
                        parsed("period.from", YearMonth::parse),
                        parsed("period.until", YearMonth::parse),
                        parsed("period.years", Integer::valueOf)),
                parsed("announced", LocalDate::parse),
                one(Mark.class, "mark"),
                ReaderWords.lines(of("sources")),
                lines(),
                disputes(),
                models(),
                Arrays.stream(Sector.values())
                        .filter(sector -> sectors.contains(sector.name()))
                        .toList(),
                text("note"),
                text("noteKo"));
        if (!faults.isEmpty()) {
            throw Problem.invalid(faults);
        }
        return form;
    }

    private List<LineForm> lines() {
        List<LineForm> lines = new ArrayList<>();
        for (int row = 0; row < used("lines"); row++) {
            String field = "lines[" + row + "].";
            if (saysSomething(field)) {
                lines.add(new LineForm(
                        one(Purpose.class, field + "purpose"),
                        of(field + "beside").equals("true"),
                        one(Standing.class, field + "standing"),
                        one(Payer.class, field + "payer"),
                        amount(field + "amount"),
                        one(Mark.class, field + "mark"),
                        ReaderWords.lines(of(field + "sources")),
                        text(field + "note"),
                        text(field + "noteKo")));
            }
        }
        return lines;
    }

    private List<DisputeForm> disputes() {
        List<DisputeForm> disputes = new ArrayList<>();
        for (int row = 0; row < used("disputes"); row++) {
            String field = "disputes[" + row + "].";
            if (saysSomething(field)) {
                disputes.add(new DisputeForm(
                        text(field + "says"), text(field + "saysKo"), ReaderWords.lines(of(field + "sources"))));
            }
        }
        return disputes;
    }

    private List<ModelForm> models() {
        List<ModelForm> models = new ArrayList<>();
        for (int row = 0; row < used("models"); row++) {
            String field = "models[" + row + "].";
            if (saysSomething(field)) {
                models.add(new ModelForm(text(field + "name"), text(field + "address")));
            }
        }
        return models;
    }

    private AmountForm amount(String field) {
        Exactness exactness = one(Exactness.class, field + ".exactness");
        if (exactness == null || exactness == Exactness.NONE) {
            return AmountForm.NONE;
        }
        return new AmountForm(
                exactness,
                parsed(field + ".least", InitiativeFields::number),
                exactness == Exactness.RANGE ? parsed(field + ".most", InitiativeFields::number) : null,
                text(field + ".currency"),
                one(Basis.class, field + ".basis"));
    }

    /** With or without commas between thousands. */
    static BigDecimal number(String text) {
        if (text.length() > LONGEST_NUMBER) {
            throw new NumberFormatException(text);
        }
        return new BigDecimal(text.matches("[0-9]{1,3}(,[0-9]{3})+(\\.[0-9]*)?") ? text.replace(",", "") : text);
    }

    private @Nullable String text(String field) {
        return of(field).isBlank() ? null : of(field).strip();
    }

    private <T> @Nullable T parsed(String field, Function<String, T> reading) {
        String text = of(field).strip();
        try {
            return text.isEmpty() ? null : reading.apply(text);
        } catch (NumberFormatException | DateTimeException unreadable) {
            faults.add(FieldFault.of(field, "observatory.fault.unreadable"));
            return null;
        }
    }

    private <E extends Enum<E>> @Nullable E one(Class<E> kind, String field) {
        return Arrays.stream(kind.getEnumConstants())
                .filter(one -> one.name().equals(of(field)))
                .findFirst()
                .orElse(null);
    }
}
