package org.aifactory.programme;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.aifactory.programme.CallDefinition.Attachment;
import org.aifactory.programme.CallDefinition.Category;
import org.aifactory.programme.CallDefinition.Rule;
import org.aifactory.review.SchemeRules;
import org.aifactory.review.Text;
import org.aifactory.web.Problem.FieldFault;
import org.jspecify.annotations.Nullable;

/** What a call must be before it is published. */
final class CallRules {
    static final Pattern SLUG = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final int MOST_OF_EACH = 100;
    private static final int LONGEST_TITLE = 200;
    private static final int LONGEST_TEXT = 20_000;
    private static final int MOST_DECIMALS = 6;
    /** The years of which calls and proposals speak. */
    static final int EARLIEST = 2000;

    static final int LATEST = 2100;
    /** A hundred thousand million euros; sums of many of them can still be counted. */
    static final long MOST_CENTS = 10_000_000_000_000L;

    private final CallDefinition call;
    private final Countries countries;
    private final Instant now;
    private final List<FieldFault> faults = new ArrayList<>();

    private CallRules(CallDefinition call, Countries countries, Instant now) {
        this.call = call;
        this.countries = countries;
        this.now = now;
    }

    static List<FieldFault> faults(CallDefinition call, Countries countries, Instant now) {
        CallRules rules = new CallRules(call, countries, now);
        rules.texts();
        rules.times();
        rules.money();
        rules.eligibility();
        rules.documents();
        rules.panel();
        rules.faults.addAll(SchemeRules.faults("scheme", call.scheme()));
        return List.copyOf(rules.faults);
    }

    /** What keeps it from being saved: what is half written, or not to be shown. What is missing may come later. */
    static List<FieldFault> faultsOfForm(CallDefinition call, Countries countries, Instant now) {
        CallRules rules = new CallRules(call, countries, now);
        rules.require(isShort(call.title(), LONGEST_TITLE), "title", "programme.fault.text", LONGEST_TITLE);
        rules.require(isShort(call.text(), LONGEST_TEXT), "text", "programme.fault.text", LONGEST_TEXT);
        rules.require(
                call.zone().length() <= LONGEST_TITLE && call.zone().indexOf('\0') < 0, "zone", "programme.fault.zone");
        rules.require(call.cutOffs().size() <= MOST_OF_EACH, "cutOffs", "programme.fault.cut-offs", MOST_OF_EACH);
        rules.require(call.facts().isEmpty(), "facts", "programme.fault.only-history");
        rules.categories();
        rules.eligibility();
        rules.documents();
        if (call.panel() != null) {
            rules.panel();
        }
        if (call.scheme() != null) {
            rules.faults.addAll(SchemeRules.faults("scheme", call.scheme()));
        }
        return List.copyOf(rules.faults);
    }

    private static boolean isShort(Text text, int longest) {
        String ko = text.ko();
        return text.en().length() <= longest
                && text.en().indexOf('\0') < 0
                && (ko == null || (ko.length() <= longest && ko.indexOf('\0') < 0));
    }

    private void texts() {
        requireText("title", call.title(), LONGEST_TITLE);
        requireText("text", call.text(), LONGEST_TEXT);
    }

    private void times() {
        if (!isZone(call.zone())) {
            faults.add(FieldFault.of("zone", "programme.fault.zone"));
            return;
        }
        require(call.opens() != null, "opens", "programme.fault.opens");
        require(
                !call.cutOffs().isEmpty() && call.cutOffs().size() <= MOST_OF_EACH,
                "cutOffs",
                "programme.fault.cut-offs",
                MOST_OF_EACH);
        List<Instant> instants = call.cutOffInstants();
        LocalDateTime opens = call.opens();
        LocalDateTime closes = call.closes();
        year("opens", opens);
        year("closes", closes);
        for (int at = 0; at < instants.size(); at++) {
            LocalDateTime cutOff = call.cutOffs().get(at);
            String field = "cutOffs[" + at + "]";
            year(field, cutOff);
            require(instants.get(at).isAfter(now), field, "programme.fault.cut-off-past");
            require(opens == null || cutOff.isAfter(opens), field, "programme.fault.cut-off-before-opening");
            require(closes == null || !cutOff.isAfter(closes), field, "programme.fault.cut-off-after-closing");
        }
    }

    private void year(String field, @Nullable LocalDateTime time) {
        require(
                time == null || isYear(time.getYear()),
                field,
                "programme.fault.year",
                Integer.toString(EARLIEST),
                Integer.toString(LATEST));
    }

    static boolean isYear(int year) {
        return year >= EARLIEST && year <= LATEST;
    }

    private static boolean isZone(String name) {
        try {
            return !name.isBlank()
                    && ZoneId.getAvailableZoneIds().contains(ZoneId.of(name).getId());
        } catch (DateTimeException none) {
            return false;
        }
    }

    private void money() {
        Long budget = call.budgetCents();
        require(budget != null && budget > 0 && budget <= MOST_CENTS, "budgetCents", "programme.fault.budget");
        require(
                !call.categories().isEmpty() && call.categories().size() <= MOST_OF_EACH,
                "categories",
                "programme.fault.categories",
                MOST_OF_EACH);
        categories();
    }

    private void categories() {
        Set<String> ids = new HashSet<>();
        for (int at = 0; at < call.categories().size(); at++) {
            Category category = call.categories().get(at);
            String field = "categories[" + at + "]";
            requireId(field + ".id", category.id(), ids);
            requireText(field + ".name", category.name(), LONGEST_TITLE);
            BigDecimal rate = category.rate();
            require(
                    rate != null
                            && rate.signum() >= 0
                            && rate.compareTo(BigDecimal.ONE) <= 0
                            && rate.scale() <= MOST_DECIMALS,
                    field + ".rate",
                    "programme.fault.rate");
        }
    }

    private void eligibility() {
        require(call.rules().size() <= MOST_OF_EACH, "rules", "programme.fault.too-many", MOST_OF_EACH);
        Set<String> ids = new HashSet<>();
        for (int at = 0; at < call.rules().size(); at++) {
            Rule rule = call.rules().get(at);
            String field = "rules[" + at + "]";
            requireId(field + ".id", rule.id(), ids);
            requireText(field + ".text", rule.text(), LONGEST_TEXT);
            require(
                    rule.article() != null
                            && !rule.article().isBlank()
                            && rule.article().length() <= LONGEST_TITLE
                            && rule.article().indexOf('\0') < 0,
                    field + ".article",
                    "programme.fault.article");
            String source = rule.source();
            require(
                    source == null
                            || (source.length() <= LONGEST_TEXT
                                    && source.indexOf('\0') < 0
                                    && (source.startsWith("https://") || source.startsWith("http://"))),
                    field + ".source",
                    "programme.fault.address");
            test(field, rule);
        }
    }

    private void test(String field, Rule rule) {
        if (rule.test() == null) {
            faults.add(FieldFault.of(field + ".test", "programme.fault.test"));
            return;
        }
        Integer number = rule.number();
        String group = rule.group();
        require(group == null || countries.isGroup(group), field + ".group", "programme.fault.group");
        switch (rule.test()) {
            case HOST_COUNTRY_IN, JOINER_COUNTRY_IN ->
                require(group != null, field + ".group", "programme.fault.group");
            case COUNTRIES_AT_LEAST ->
                require(
                        number != null && number > 0 && number <= MOST_OF_EACH,
                        field + ".number",
                        "programme.fault.number",
                        MOST_OF_EACH);
            case MACHINE_IN -> require(!rule.machines().isEmpty(), field + ".machines", "programme.fault.machines");
        }
    }

    private void documents() {
        require(call.documents().size() <= MOST_OF_EACH, "documents", "programme.fault.too-many", MOST_OF_EACH);
        Set<String> ids = new HashSet<>();
        for (int at = 0; at < call.documents().size(); at++) {
            Attachment document = call.documents().get(at);
            requireId("documents[" + at + "].id", document.id(), ids);
            requireText("documents[" + at + "].name", document.name(), LONGEST_TITLE);
        }
    }

    private void panel() {
        CallDefinition.Panel panel = call.panel();
        if (panel == null) {
            faults.add(FieldFault.of("panel", "programme.fault.panel"));
            return;
        }
        require(panel.reviewers() >= 3 && panel.reviewers() <= 20, "panel.reviewers", "programme.fault.reviewers");
        require(panel.whenShort() != null, "panel.whenShort", "programme.fault.when-short");
        require(panel.reserve() >= 0 && panel.reserve() <= 1000, "panel.reserve", "programme.fault.number", 1000);
        require(panel.appealDays() > 0 && panel.appealDays() <= 365, "panel.appealDays", "programme.fault.number", 365);
        require(panel.answerDays() > 0 && panel.answerDays() <= 365, "panel.answerDays", "programme.fault.number", 365);
    }

    private void requireId(String field, @Nullable String id, Set<String> known) {
        require(id != null && SLUG.matcher(id).matches() && known.add(id), field, "programme.fault.id");
    }

    private void requireText(String field, @Nullable Text text, int longest) {
        require(text != null && !text.en().isBlank() && isShort(text, longest), field, "programme.fault.text", longest);
    }

    private void require(boolean holds, String field, String key, Object... words) {
        if (!holds) {
            faults.add(FieldFault.of(field, key, words));
        }
    }
}
