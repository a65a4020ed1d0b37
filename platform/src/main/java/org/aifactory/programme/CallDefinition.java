package org.aifactory.programme;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.aifactory.federation.Fact;
import org.aifactory.programme.ProposalContent.MachineKind;
import org.aifactory.review.Scheme;
import org.aifactory.review.Selection.WhenShort;
import org.aifactory.review.Text;
import org.jspecify.annotations.Nullable;

/**
 * What a call says. It is data from end to end: another call has other rules, parts, rates and weights without any change of the program.
 *
 * @param zone in which its times are read, such as {@code Europe/Brussels}
 * @param opens from when proposals are taken
 * @param closes until when; null where the last cut-off says it
 * @param cutOffs each inclusive: what is submitted in that very moment still belongs to it
 * @param budgetCents of the Union, in euro cents; null where it was not published
 * @param categories of cost, each with the share that the Union pays at most
 * @param rules which proposals may be made at all
 * @param parts what a proposal must have
 * @param documents what may or must be attached
 * @param scheme by which proposals are judged; null where it was not published
 * @param facts figures as they were published
 */
record CallDefinition(
        Text title,
        Text text,
        String zone,
        @Nullable LocalDateTime opens,
        @Nullable LocalDateTime closes,
        List<LocalDateTime> cutOffs,
        @Nullable Long budgetCents,
        List<Category> categories,
        List<Rule> rules,
        Set<Part> parts,
        List<Attachment> documents,
        @Nullable Scheme scheme,
        @Nullable Panel panel,
        List<Fact> facts) {

    CallDefinition {
        title = title == null ? Text.NONE : title;
        text = text == null ? Text.NONE : text;
        zone = zone == null ? "" : zone;
        cutOffs = orEmpty(cutOffs).stream().sorted().distinct().toList();
        categories = orEmpty(categories);
        rules = orEmpty(rules);
        parts = parts == null ? Set.of() : new java.util.TreeSet<>(parts);
        documents = orEmpty(documents);
        facts = orEmpty(facts);
    }

    /**
     * A category of cost.
     *
     * @param rate the most that the Union pays of it, from 0 to 1
     */
    record Category(String id, Text name, BigDecimal rate) {}

    /** What a rule of eligibility asks. */
    enum Test {
        /** The machine would stand in a country of the group. */
        HOST_COUNTRY_IN,
        /** Every other country is of the group. */
        JOINER_COUNTRY_IN,
        /** So many countries take part at least. */
        COUNTRIES_AT_LEAST,
        /** The plan is one of these. */
        MACHINE_IN
    }

    /**
     * A rule of eligibility.
     *
     * @param article where the rule stands, as people cite it
     * @param source its address
     * @param text what it says
     * @param group of countries, for the tests of countries
     * @param number for the test that counts
     * @param machines for the test of the plan
     */
    record Rule(
            String id,
            Test test,
            String article,
            @Nullable String source,
            Text text,
            @Nullable String group,
            @Nullable Integer number,
            Set<MachineKind> machines) {
        Rule {
            machines = machines == null ? Set.of() : new java.util.TreeSet<>(machines);
        }
    }

    /** What a proposal may have to have. */
    enum Part {
        SUMMARY,
        SITE,
        MACHINE,
        BUDGET,
        CONSORTIUM,
        COMPUTE,
        DATA,
        TALENT
    }

    record Attachment(
            String id,
            Text name,
            @JsonSetter(nulls = Nulls.AS_EMPTY) boolean required) {}

    /**
     * How proposals are judged.
     *
     * @param reviewers for each proposal, at least
     * @param reserve how many are put on the reserve list at most
     * @param appealDays for how long a decision can be appealed, and {@code answerDays} until the appeal is answered
     */
    record Panel(int reviewers, WhenShort whenShort, int reserve, int appealDays, int answerDays) {}

    Optional<Category> category(String id) {
        return categories.stream().filter(category -> category.id().equals(id)).findFirst();
    }

    List<Instant> cutOffInstants() {
        return cutOffs.stream().map(this::instant).toList();
    }

    Optional<Instant> opening() {
        return Optional.ofNullable(opens).map(this::instant);
    }

    Optional<Instant> closing() {
        Optional<Instant> last = cutOffInstants().stream().max(Instant::compareTo);
        return Optional.ofNullable(closes).map(this::instant).or(() -> last);
    }

    /** The cut-off to which what is submitted now belongs. */
    Optional<Instant> cutOffFor(Instant now) {
        return cutOffInstants().stream().filter(cutOff -> !now.isAfter(cutOff)).findFirst();
    }

    private Instant instant(LocalDateTime local) {
        return local.atZone(ZoneId.of(zone)).toInstant();
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }
}
