package org.aifactory.funds;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.aifactory.facts.FileFault;
import org.aifactory.facts.Mark;
import org.aifactory.facts.Sources;
import org.aifactory.facts.YamlPart;
import org.aifactory.funds.FundForms.FundForm;
import org.aifactory.funds.FundForms.TargetForm;
import org.aifactory.web.Problem;
import org.aifactory.web.Problem.FieldFault;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Enters the funds that the files of a folder tell; {@code examples/founding/funds/README.md} describes the form. */
@Service
public class FundsFolder {
    private final Funds funds;

    FundsFolder(Funds funds) {
        this.funds = funds;
    }

    private record Commitment(YamlPart part, String who, Payer payer, long cents, List<String> sources) {}

    /**
     * Enters what stands in {@code funds} of the folder, or, where one of the files is not as it should be, nothing. The same folder
     * again changes nothing; what was booked on the platform stays.
     *
     * @return how many funds it has
     * @throws FileFault which names the file and the place
     */
    @Transactional
    public int load(Path folder) {
        Path place = folder.resolve("funds");
        if (!Files.isDirectory(place)) {
            return 0;
        }
        List<Path> files = YamlPart.filesIn(place);
        files.forEach(this::loadFile);
        return files.size();
    }

    private void loadFile(Path file) {
        YamlPart root = YamlPart.read(file);
        Map<String, YamlPart> fields = root.fields(Set.of("sources", "fund", "commitments", "targets"));
        Sources sources = Sources.of(root.need(fields, "sources"));
        YamlPart head = root.need(fields, "fund");
        List<TargetForm> targets = YamlPart.items(fields.get("targets")).stream()
                .map(part -> target(part, sources))
                .toList();
        List<Commitment> commitments = YamlPart.items(fields.get("commitments")).stream()
                .map(part -> commitment(part, sources))
                .toList();
        FundForm fund = fund(head, sources, targets);
        if (!commitments.isEmpty() && fund.nature() != Nature.REAL) {
            throw commitments.getFirst().part().fault("nobody can commit to a fund that is only recommended.");
        }
        told(head, () -> funds.enter(fund));
        int number = 0;
        for (Commitment commitment : commitments) {
            int next = number++;
            told(
                    commitment.part(),
                    () -> funds.anchor(
                            String.valueOf(fund.slug()),
                            next,
                            commitment.who(),
                            commitment.payer(),
                            commitment.cents(),
                            java.util.Objects.requireNonNull(fund.announced()),
                            commitment.sources()));
        }
    }

    private static void told(YamlPart part, Runnable work) {
        try {
            work.run();
        } catch (Problem refused) {
            FieldFault first = refused.faults().isEmpty()
                    ? new FieldFault("", refused.message())
                    : refused.faults().getFirst();
            throw part.fault((first.field().isEmpty() ? "" : first.field() + ": ")
                    + first.message().inEnglish());
        }
    }

    private static FundForm fund(YamlPart part, Sources sources, List<TargetForm> targets) {
        Map<String, YamlPart> fields = part.fields(Set.of(
                "slug",
                "name",
                "name-ko",
                "country",
                "manager",
                "nature",
                "announced",
                "mark",
                "sources",
                "note",
                "note-ko",
                "initiative"));
        Mark mark = part.need(fields, "mark").one(Mark.class);
        return new FundForm(
                part.need(fields, "slug").text(),
                part.need(fields, "name").text(),
                text(fields.get("name-ko")),
                part.need(fields, "country").text(),
                part.need(fields, "manager").text(),
                part.need(fields, "nature").one(Nature.class),
                part.need(fields, "announced").day(),
                mark,
                sources.named(part.need(fields, "sources"), mark),
                text(fields.get("note")),
                text(fields.get("note-ko")),
                text(fields.get("initiative")),
                new ArrayList<>(targets));
    }

    private static TargetForm target(YamlPart part, Sources sources) {
        Map<String, YamlPart> fields =
                part.fields(Set.of("who", "payer", "standing", "euro", "mark", "sources", "note", "note-ko"));
        Mark mark = part.need(fields, "mark").one(Mark.class);
        return new TargetForm(
                part.need(fields, "who").text(),
                part.need(fields, "payer").one(Payer.class),
                part.need(fields, "standing").one(Standing.class),
                cents(part.need(fields, "euro")),
                mark,
                sources.named(part.need(fields, "sources"), mark),
                text(fields.get("note")),
                text(fields.get("note-ko")));
    }

    private static Commitment commitment(YamlPart part, Sources sources) {
        Map<String, YamlPart> fields = part.fields(Set.of("who", "payer", "euro", "mark", "sources"));
        YamlPart mark = part.need(fields, "mark");
        if (mark.one(Mark.class) == Mark.UNVERIFIED) {
            throw mark.fault("a commitment is booked, so it cannot be UNVERIFIED; find a better source.");
        }
        return new Commitment(
                part,
                part.need(fields, "who").text(),
                part.need(fields, "payer").one(Payer.class),
                cents(part.need(fields, "euro")),
                sources.named(part.need(fields, "sources"), mark.one(Mark.class)));
    }

    private static long cents(YamlPart part) {
        BigDecimal cents = part.amount().movePointRight(2).stripTrailingZeros();
        if (cents.scale() > 0 || cents.compareTo(BigDecimal.valueOf(FundForms.MOST_CENTS)) > 0) {
            throw part.fault("here belong euros with two decimals at most, up to ten million million.");
        }
        return cents.longValueExact();
    }

    private static @Nullable String text(@Nullable YamlPart part) {
        return part == null ? null : part.text();
    }
}
