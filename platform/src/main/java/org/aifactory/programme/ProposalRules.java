package org.aifactory.programme;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.aifactory.programme.CallDefinition.Attachment;
import org.aifactory.programme.CallDefinition.Category;
import org.aifactory.programme.CallDefinition.Part;
import org.aifactory.programme.CallDefinition.Rule;
import org.aifactory.programme.ProposalContent.Cost;
import org.aifactory.programme.ProposalContent.MachineKind;
import org.aifactory.programme.ProposalContent.Member;
import org.aifactory.programme.ProposalContent.Partner;
import org.aifactory.programme.ProposalContent.Role;
import org.aifactory.web.Message;
import org.aifactory.web.Problem.FieldFault;
import org.jspecify.annotations.Nullable;

/** What a proposal must be: to be saved at all, and to be submitted. */
final class ProposalRules {
    private static final int LONGEST_TITLE = 200;
    private static final int LONGEST_TEXT = 20_000;
    private static final int MOST_LINES = 500;
    private static final int MOST_TOPICS = 30;

    private final CallDefinition call;
    private final Countries countries;
    private final ProposalContent content;
    private final List<FieldFault> faults = new ArrayList<>();

    private ProposalRules(CallDefinition call, Countries countries, ProposalContent content) {
        this.call = call;
        this.countries = countries;
        this.content = content;
    }

    /** What keeps it from being saved: what is too long, unknown, or not to be counted with. What is missing may come later. */
    static List<FieldFault> faultsOfForm(CallDefinition call, Countries countries, ProposalContent content) {
        ProposalRules rules = new ProposalRules(call, countries, content);
        rules.texts();
        rules.lists();
        rules.costs();
        rules.members();
        return List.copyOf(rules.faults);
    }

    /** Whether its sums can be worked out. */
    static boolean isCountable(ProposalContent content) {
        return content.costs().size() <= MOST_LINES
                && content.costs().stream()
                        .allMatch(cost -> isCountable(cost.amountCents()) && isCountable(cost.unionCents()));
    }

    private static boolean isCountable(long cents) {
        return cents >= -CallRules.MOST_CENTS && cents <= CallRules.MOST_CENTS;
    }

    /** A rule of eligibility, and whether it holds. */
    record Verdict(String id, String article, @Nullable String source, Message text, boolean holds) {}

    static List<Verdict> verdicts(CallDefinition call, Countries countries, ProposalContent content) {
        return call.rules().stream()
                .map(rule -> new Verdict(
                        rule.id(), rule.article(), rule.source(), rule.text().said(), holds(rule, countries, content)))
                .toList();
    }

    /**
     * What keeps it from being submitted, beside its form.
     *
     * @param attached the ids of what is attached
     */
    static List<FieldFault> faultsOfWhole(
            CallDefinition call, Countries countries, ProposalContent content, Set<String> attached) {
        ProposalRules rules = new ProposalRules(call, countries, content);
        rules.parts();
        rules.documents(attached);
        rules.consortium();
        rules.sums();
        rules.eligibility();
        return List.copyOf(rules.faults);
    }

    private void texts() {
        shorter("title", content.title(), LONGEST_TITLE);
        shorter("summary", content.summary(), LONGEST_TEXT);
        shorter("site.city", content.site().city(), LONGEST_TITLE);
        shorter("site.text", content.site().text(), LONGEST_TEXT);
        country("site.country", content.site().country(), true);
        shorter("machine.name", content.machine().name(), LONGEST_TITLE);
        shorter("machine.text", content.machine().text(), LONGEST_TEXT);
        shorter("services.compute", content.services().compute(), LONGEST_TEXT);
        shorter("services.data", content.services().data(), LONGEST_TEXT);
        shorter("services.talent", content.services().talent(), LONGEST_TEXT);
    }

    private void lists() {
        few("costs", content.costs().size(), MOST_LINES);
        few("consortium", content.consortium().size(), MOST_LINES);
        few("partners", content.partners().size(), MOST_LINES);
        few("topics", content.topics().size(), MOST_TOPICS);
        few("facts", content.facts().size(), 0);
        for (int at = 0; at < content.topics().size(); at++) {
            String topic = content.topics().get(at);
            require(!topic.isBlank(), "topics[" + at + "]", "programme.fault.missing");
            shorter("topics[" + at + "]", topic, LONGEST_TITLE);
        }
        for (int at = 0; at < content.partners().size(); at++) {
            Partner partner = content.partners().get(at);
            String field = "partners[" + at + "]";
            require(!partner.name().isEmpty(), field + ".name", "programme.fault.missing");
            shorter(field + ".name", partner.name(), LONGEST_TITLE);
            country(field + ".country", partner.country(), true);
        }
    }

    private void costs() {
        for (int at = 0; at < content.costs().size(); at++) {
            Cost cost = content.costs().get(at);
            String field = "costs[" + at + "]";
            require(
                    CallRules.isYear(cost.year()),
                    field + ".year",
                    "programme.fault.year",
                    Integer.toString(CallRules.EARLIEST),
                    Integer.toString(CallRules.LATEST));
            require(
                    call.category(cost.category()).isPresent(),
                    field + ".category",
                    "programme.fault.category",
                    String.join(
                            ", ", call.categories().stream().map(Category::id).toList()));
            money(field + ".amountCents", cost.amountCents());
            money(field + ".unionCents", cost.unionCents());
            require(cost.unionCents() <= cost.amountCents(), field + ".unionCents", "programme.fault.more-than-cost");
        }
    }

    private void members() {
        Set<String> seen = new HashSet<>();
        for (int at = 0; at < content.consortium().size(); at++) {
            Member member = content.consortium().get(at);
            String field = "consortium[" + at + "]";
            country(field + ".country", member.country(), false);
            require(seen.add(member.country()), field + ".country", "programme.fault.country-twice");
            Long share = member.shareCents();
            if (share != null) {
                money(field + ".shareCents", share);
            }
            require(
                    member.note() == null
                            && member.mark() == null
                            && member.sources().isEmpty(),
                    field,
                    "programme.fault.only-history");
        }
    }

    private void parts() {
        require(!content.title().isEmpty(), "title", "programme.fault.missing");
        // Whatever the call asks for: conflicts of interest are judged by it.
        written("site.country", content.site().country());
        for (Part part : call.parts()) {
            switch (part) {
                case SUMMARY -> written("summary", content.summary());
                case SITE -> {
                    written("site.city", content.site().city());
                    written("site.text", content.site().text());
                }
                case MACHINE -> {
                    require(content.machine().kind() != null, "machine.kind", "programme.fault.missing");
                    written("machine.text", content.machine().text());
                }
                case BUDGET -> require(content.costCents() > 0, "costs", "programme.fault.no-costs");
                case CONSORTIUM ->
                    require(!content.consortium().isEmpty(), "consortium", "programme.fault.no-countries");
                case COMPUTE -> written("services.compute", content.services().compute());
                case DATA -> written("services.data", content.services().data());
                case TALENT -> written("services.talent", content.services().talent());
            }
        }
    }

    private void documents(Set<String> attached) {
        for (Attachment document : call.documents()) {
            require(
                    !document.required() || attached.contains(document.id()),
                    "documents." + document.id(),
                    "programme.fault.no-document",
                    document.name().said());
        }
    }

    private void consortium() {
        List<Member> hosts = content.consortium().stream()
                .filter(member -> member.role() == Role.HOST)
                .toList();
        for (int at = 0; at < content.consortium().size(); at++) {
            Member member = content.consortium().get(at);
            require(member.role() != null, "consortium[" + at + "].role", "programme.fault.role");
            require(member.shareCents() != null, "consortium[" + at + "].shareCents", "programme.fault.share");
        }
        if (!content.consortium().isEmpty()) {
            require(hosts.size() == 1, "consortium", "programme.fault.one-host");
            require(
                    hosts.size() != 1
                            || hosts.getFirst().country().equals(content.site().country()),
                    "site.country",
                    "programme.fault.site-of-host");
        }
    }

    /** The Union pays within its rates, and the states what is left: no more and no less. */
    private void sums() {
        Map<String, BigDecimal> costs = new HashMap<>();
        Map<String, BigDecimal> union = new HashMap<>();
        for (Cost cost : content.costs()) {
            costs.merge(cost.category(), BigDecimal.valueOf(cost.amountCents()), BigDecimal::add);
            union.merge(cost.category(), BigDecimal.valueOf(cost.unionCents()), BigDecimal::add);
        }
        for (Category category : call.categories()) {
            BigDecimal most = costs.getOrDefault(category.id(), BigDecimal.ZERO).multiply(category.rate());
            BigDecimal asked = union.getOrDefault(category.id(), BigDecimal.ZERO);
            require(
                    asked.compareTo(most) <= 0,
                    "costs." + category.id(),
                    "programme.fault.above-rate",
                    category.name().said(),
                    category.rate().movePointRight(2).stripTrailingZeros().toPlainString(),
                    euros(asked),
                    euros(most));
        }
        BigDecimal wanted = sum(costs).subtract(sum(union));
        BigDecimal shares = content.consortium().stream()
                .map(Member::shareCents)
                .filter(java.util.Objects::nonNull)
                .map(BigDecimal::valueOf)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        require(
                shares.compareTo(wanted) == 0,
                "consortium",
                "programme.fault.shares",
                euros(shares),
                euros(wanted),
                euros(sum(costs)),
                euros(sum(union)));
    }

    private static BigDecimal sum(Map<String, BigDecimal> parts) {
        return parts.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static BigDecimal euros(BigDecimal cents) {
        return cents.movePointLeft(2);
    }

    private void eligibility() {
        for (Rule rule : call.rules()) {
            if (!holds(rule, countries, content)) {
                faults.add(FieldFault.of(
                        field(rule), "programme.fault.rule", rule.text().said(), rule.article()));
            }
        }
    }

    private static String field(Rule rule) {
        return switch (rule.test()) {
            case HOST_COUNTRY_IN -> "site.country";
            case JOINER_COUNTRY_IN, COUNTRIES_AT_LEAST -> "consortium";
            case MACHINE_IN -> "machine.kind";
        };
    }

    private static boolean holds(Rule rule, Countries countries, ProposalContent content) {
        String group = Optional.ofNullable(rule.group()).orElse("");
        return switch (rule.test()) {
            case HOST_COUNTRY_IN ->
                countries.in(group).contains(content.site().country())
                        && content.consortium().stream()
                                .filter(member -> member.role() == Role.HOST)
                                .allMatch(member -> countries.in(group).contains(member.country()));
            case JOINER_COUNTRY_IN ->
                content.consortium().stream()
                        .filter(member -> member.role() == Role.JOINER)
                        .allMatch(member -> countries.in(group).contains(member.country()));
            case COUNTRIES_AT_LEAST ->
                content.consortium().stream().map(Member::country).distinct().count()
                        >= Optional.ofNullable(rule.number()).orElse(0);
            case MACHINE_IN -> {
                MachineKind kind = content.machine().kind();
                yield kind != null && rule.machines().contains(kind);
            }
        };
    }

    private void written(String field, String text) {
        require(!text.isEmpty(), field, "programme.fault.missing");
    }

    private void shorter(String field, String text, int longest) {
        require(text.length() <= longest && text.indexOf('\0') < 0, field, "programme.fault.text", longest);
    }

    private void few(String field, int size, int most) {
        require(size <= most, field, "programme.fault.too-many", most);
    }

    private void money(String field, long cents) {
        require(
                cents >= 0 && cents <= CallRules.MOST_CENTS,
                field,
                "programme.fault.cents",
                BigDecimal.valueOf(CallRules.MOST_CENTS, 2));
    }

    private void country(String field, String code, boolean mayMiss) {
        require(countries.exists(code) || (mayMiss && code.isEmpty()), field, "programme.fault.country");
    }

    private void require(boolean holds, String field, String key, Object... words) {
        if (!holds) {
            faults.add(FieldFault.of(field, key, words));
        }
    }
}
