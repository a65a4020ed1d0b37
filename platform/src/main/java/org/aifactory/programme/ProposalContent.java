package org.aifactory.programme;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.aifactory.facts.Mark;
import org.aifactory.federation.Fact;
import org.jspecify.annotations.Nullable;

/**
 * What a proposal says. It is saved while it is written, so anything may be missing; what must be there when it is submitted, the call says.
 *
 * @param costs by year and category
 * @param consortium the countries that stand behind it
 * @param partners organisations that have a part in it, beside the one that proposes
 * @param topics what those who judge it should know of
 * @param facts figures as they were published, for what was proposed elsewhere
 */
record ProposalContent(
        String title,
        String summary,
        Site site,
        MachinePlan machine,
        List<Cost> costs,
        List<Member> consortium,
        List<Partner> partners,
        Services services,
        List<String> topics,
        List<Fact> facts) {

    ProposalContent {
        title = orBlank(title);
        summary = orBlank(summary);
        site = site == null ? Site.NONE : site;
        machine = machine == null ? MachinePlan.NONE : machine;
        costs = orEmpty(costs);
        consortium = orEmpty(consortium);
        partners = orEmpty(partners);
        services = services == null ? Services.NONE : services;
        topics = orEmpty(topics);
        facts = orEmpty(facts);
    }

    /** Nothing yet. Not a constant: its parts and this would wait for one another to come into being. */
    static ProposalContent empty() {
        return new ProposalContent(
                "",
                "",
                Site.NONE,
                MachinePlan.NONE,
                List.of(),
                List.of(),
                List.of(),
                Services.NONE,
                List.of(),
                List.of());
    }

    /**
     * Where the machine would stand.
     *
     * @param country ISO 3166-1 alpha-2
     */
    record Site(String country, String city, String text) {
        static final Site NONE = new Site("", "", "");

        Site {
            country = orBlank(country).toUpperCase(Locale.ROOT);
            city = orBlank(city);
            text = orBlank(text);
        }
    }

    enum MachineKind {
        /** A factory around a machine that is there. */
        ASSOCIATE,
        UPGRADE,
        NEW;

        public String slug() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    record MachinePlan(@Nullable MachineKind kind, String name, String text) {
        static final MachinePlan NONE = new MachinePlan(null, "", "");

        MachinePlan {
            name = orBlank(name);
            text = orBlank(text);
        }
    }

    /**
     * What a category costs in a year.
     *
     * @param amountCents all of it, and {@code unionCents} what the Union is asked to pay of it; euro cents
     */
    record Cost(
            @JsonSetter(nulls = Nulls.AS_EMPTY) int year,
            String category,
            @JsonSetter(nulls = Nulls.AS_EMPTY) long amountCents,
            @JsonSetter(nulls = Nulls.AS_EMPTY) long unionCents) {
        Cost {
            category = orBlank(category);
        }
    }

    enum Role {
        /** The machine would stand there. */
        HOST,
        JOINER;

        public String slug() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A country and what it commits.
     *
     * @param shareCents euro cents; null where it was never published, which only what was proposed elsewhere may be
     * @param note how the share was published, where it was published otherwise than in euros and exactly
     * @param mark how well the share is known; null for what was written here
     */
    record Member(
            String country,
            @Nullable Role role,
            @Nullable Long shareCents,
            @Nullable String note,
            @Nullable Mark mark,
            List<String> sources) {
        Member {
            country = orBlank(country).toUpperCase(Locale.ROOT);
            sources = orEmpty(sources);
        }
    }

    /** @param organisation where it is known here */
    record Partner(String name, String country, @Nullable UUID organisation) {
        Partner {
            name = orBlank(name);
            country = orBlank(country).toUpperCase(Locale.ROOT);
        }
    }

    /** What would be offered to those who come. */
    record Services(String compute, String data, String talent) {
        static final Services NONE = new Services("", "", "");

        Services {
            compute = orBlank(compute);
            data = orBlank(data);
            talent = orBlank(talent);
        }
    }

    /** @throws ArithmeticException where it is more than can be counted */
    long costCents() {
        return costs.stream().mapToLong(Cost::amountCents).reduce(0, Math::addExact);
    }

    /** @throws ArithmeticException where it is more than can be counted */
    long unionCents() {
        return costs.stream().mapToLong(Cost::unionCents).reduce(0, Math::addExact);
    }

    private static String orBlank(@Nullable String text) {
        return text == null ? "" : text.strip();
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }
}
