package org.aifactory.observatory;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.YearMonth;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.aifactory.facts.FileFault;
import org.aifactory.facts.Mark;
import org.aifactory.facts.Sources;
import org.aifactory.facts.YamlPart;
import org.aifactory.observatory.InitiativeForm.AmountForm;
import org.aifactory.observatory.InitiativeForm.DisputeForm;
import org.aifactory.observatory.InitiativeForm.Exactness;
import org.aifactory.observatory.InitiativeForm.LineForm;
import org.aifactory.observatory.InitiativeForm.ModelForm;
import org.aifactory.observatory.InitiativeForm.PeriodForm;
import org.aifactory.web.Problem;
import org.aifactory.web.Problem.FieldFault;
import org.jspecify.annotations.Nullable;

/** The initiatives that a file tells; {@code examples/founding/initiatives/README.md} describes the form. */
final class InitiativeFile {
    private final Sources sources;

    final List<InitiativeForm> initiatives = new ArrayList<>();

    /** @throws FileFault when the file is not in that form */
    InitiativeFile(Path file) {
        YamlPart root = YamlPart.read(file);
        Map<String, YamlPart> fields = root.fields(Set.of("sources", "initiatives"));
        sources = Sources.of(root.need(fields, "sources"));
        for (YamlPart part : root.need(fields, "initiatives").list()) {
            initiatives.add(checked(part, initiative(part)));
        }
    }

    /** What only the initiative as a whole can tell is said of the whole. */
    private static InitiativeForm checked(YamlPart part, InitiativeForm form) {
        try {
            InitiativeCheck.read(form);
            return form;
        } catch (Problem refused) {
            FieldFault first = refused.faults().getFirst();
            throw part.fault(first.field() + ": " + first.message().inEnglish());
        }
    }

    private InitiativeForm initiative(YamlPart part) {
        Map<String, YamlPart> fields = part.fields(Set.of(
                "slug",
                "title",
                "title-ko",
                "country",
                "body",
                "kind",
                "standing",
                "payer",
                "amount",
                "period",
                "announced",
                "mark",
                "sources",
                "lines",
                "disputes",
                "models",
                "sectors",
                "note",
                "note-ko"));
        Mark mark = part.need(fields, "mark").one(Mark.class);
        return new InitiativeForm(
                part.need(fields, "slug").text(),
                null,
                part.need(fields, "title").text(),
                text(fields.get("title-ko")),
                part.need(fields, "country").text(),
                part.need(fields, "body").text(),
                part.need(fields, "kind").one(Kind.class),
                part.need(fields, "standing").one(Standing.class),
                part.need(fields, "payer").one(Payer.class),
                amount(fields.get("amount")),
                period(fields.get("period")),
                part.need(fields, "announced").day(),
                mark,
                sources.named(part.need(fields, "sources"), mark),
                YamlPart.items(fields.get("lines")).stream()
                        .map(line -> line(line, mark))
                        .toList(),
                YamlPart.items(fields.get("disputes")).stream()
                        .map(this::dispute)
                        .toList(),
                YamlPart.items(fields.get("models")).stream()
                        .map(InitiativeFile::model)
                        .toList(),
                YamlPart.items(fields.get("sectors")).stream()
                        .map(sector -> sector.one(Sector.class))
                        .toList(),
                text(fields.get("note")),
                text(fields.get("note-ko")));
    }

    private static AmountForm amount(@Nullable YamlPart part) {
        if (part == null) {
            return AmountForm.NONE;
        }
        Map<String, YamlPart> fields = part.fields(Set.of("exact", "least", "most", "at-least", "currency", "basis"));
        String currency = text(fields.get("currency"));
        YamlPart basis = fields.get("basis");
        Basis over = basis == null ? null : basis.one(Basis.class);
        Map<Exactness, YamlPart> said = new LinkedHashMap<>();
        put(said, Exactness.EXACT, fields.get("exact"));
        put(said, Exactness.RANGE, fields.get("least"));
        put(said, Exactness.AT_LEAST, fields.get("at-least"));
        if (said.size() != 1) {
            throw part.fault("here belongs one of: exact; least with most; at-least.");
        }
        Exactness exactness = said.keySet().iterator().next();
        YamlPart first = said.values().iterator().next();
        BigDecimal least = exactness == Exactness.RANGE && first.text().equals("0") ? BigDecimal.ZERO : first.amount();
        BigDecimal most =
                exactness == Exactness.RANGE ? part.need(fields, "most").amount() : null;
        return new AmountForm(exactness, least, most, currency, over);
    }

    private static void put(Map<Exactness, YamlPart> said, Exactness exactness, @Nullable YamlPart part) {
        if (part != null) {
            said.put(exactness, part);
        }
    }

    private static PeriodForm period(@Nullable YamlPart part) {
        if (part == null) {
            return PeriodForm.OPEN;
        }
        Map<String, YamlPart> fields = part.fields(Set.of("from", "until", "years"));
        YamlPart years = fields.get("years");
        return new PeriodForm(
                month(fields.get("from")), month(fields.get("until")), years == null ? null : years.number(1, 100));
    }

    private static @Nullable YearMonth month(@Nullable YamlPart part) {
        try {
            return part == null ? null : YearMonth.parse(part.text());
        } catch (DateTimeParseException other) {
            throw part.fault("“" + part.text() + "” is not a month; write it as 2024-10.");
        }
    }

    private LineForm line(YamlPart part, Mark headMark) {
        Map<String, YamlPart> fields = part.fields(
                Set.of("purpose", "beside", "standing", "payer", "amount", "mark", "sources", "note", "note-ko"));
        YamlPart standing = fields.get("standing");
        YamlPart payer = fields.get("payer");
        YamlPart beside = fields.get("beside");
        YamlPart mark = fields.get("mark");
        YamlPart named = fields.get("sources");
        Mark known = mark == null ? headMark : mark.one(Mark.class);
        return new LineForm(
                part.need(fields, "purpose").one(Purpose.class),
                beside == null
                        ? null
                        : beside.matching("true|false", "true or false").equals("true"),
                standing == null ? null : standing.one(Standing.class),
                payer == null ? null : payer.one(Payer.class),
                amount(fields.get("amount")),
                mark == null ? null : known,
                named == null ? null : sources.named(named, known),
                text(fields.get("note")),
                text(fields.get("note-ko")));
    }

    private DisputeForm dispute(YamlPart part) {
        Map<String, YamlPart> fields = part.fields(Set.of("says", "says-ko", "sources"));
        return new DisputeForm(
                part.need(fields, "says").text(),
                text(fields.get("says-ko")),
                sources.named(part.need(fields, "sources"), Mark.UNVERIFIED));
    }

    private static ModelForm model(YamlPart part) {
        Map<String, YamlPart> fields = part.fields(Set.of("name", "address"));
        return new ModelForm(
                part.need(fields, "name").text(), part.need(fields, "address").text());
    }

    private static @Nullable String text(@Nullable YamlPart part) {
        return part == null ? null : part.text();
    }
}
