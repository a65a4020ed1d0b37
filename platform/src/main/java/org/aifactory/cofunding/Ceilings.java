package org.aifactory.cofunding;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.aifactory.cofunding.FundingForms.Check;
import org.aifactory.cofunding.FundingForms.CostForm;
import org.aifactory.cofunding.FundingForms.TermsForm;
import org.aifactory.cofunding.FundingPolicy.Rate;
import org.aifactory.cofunding.TermsTable.Cost;
import org.aifactory.federation.Factory;
import org.aifactory.federation.FactoryId;
import org.aifactory.hosting.Consortia;
import org.aifactory.hosting.Ratio;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.ledger.Account;
import org.aifactory.ledger.AccountId;
import org.aifactory.ledger.Amount;
import org.aifactory.ledger.Balance;
import org.aifactory.ledger.EntryId;
import org.aifactory.ledger.Ledger;
import org.aifactory.ledger.LedgerException;
import org.aifactory.ledger.Posting.Transfer;
import org.aifactory.ledger.Refusal;
import org.aifactory.ledger.Unit;
import org.aifactory.web.Message;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * What factories are planned to cost, and the most that the Union pays of it. The room under each ceiling is an account of the ledger that
 * cannot be overdrawn: what the Union commits is taken from there in the same posting, whoever else commits at the same moment.
 */
@Service
class Ceilings {
    private final TermsTable table;
    private final FundingPolicy policy;
    private final Ledger ledger;
    private final AuditTrail audit;
    private final Consortia consortia;

    Ceilings(TermsTable table, FundingPolicy policy, Ledger ledger, AuditTrail audit, Consortia consortia) {
        this.table = table;
        this.policy = policy;
        this.ledger = ledger;
        this.audit = audit;
        this.consortia = consortia;
    }

    /**
     * Asks whether the Union may commit so much more by the rates of the call that the factory came from. The terms are locked.
     *
     * @throws Problem where it may not
     */
    @Transactional(propagation = Propagation.MANDATORY)
    void requireWithinCall(Terms terms, long more) {
        long cost = costOf(terms.factory());
        long taken = ledger
                .balances(FundingPolicy.CATEGORIES.stream().map(terms::taken).toList())
                .values()
                .stream()
                .mapToLong(Balance::granted)
                .reduce(more, Math::addExact);
        if (cost > 0 && taken <= cost && !consortia.mayUnionHave(terms.factory(), new Ratio(taken, cost))) {
            throw Problem.of(
                            ProblemType.NOT_ENOUGH_LEFT,
                            "cofunding.refused.call-rate",
                            Money.euros(taken),
                            Money.euros(cost))
                    .with(Map.of("takenCents", taken - more, "askedCents", more));
        }
    }

    private long costOf(FactoryId factory) {
        return table.costs(factory).stream().mapToLong(Cost::cents).reduce(0, Math::addExact);
    }

    List<Ceiling> of(Terms terms) {
        Map<String, Rate> rates = terms.version() == 0 ? policy.rates(terms.kind()) : table.rates(terms.factory());
        List<Cost> costs = table.costs(terms.factory());
        List<Ceiling> ceilings = new ArrayList<>();
        rates.forEach((category, rate) -> {
            Map<AccountId, Balance> balances = ledger.balances(List.of(terms.room(category), terms.taken(category)));
            Balance none = new Balance(Unit.EUR_CENT, 0, 0, 0);
            ceilings.add(new Ceiling(
                    category,
                    rate.basisPoints(),
                    rate.article(),
                    rate.source(),
                    rate.mark(),
                    sum(costs, category),
                    balances.getOrDefault(terms.taken(category), none).granted(),
                    balances.getOrDefault(terms.room(category), none).free()));
        });
        return ceilings;
    }

    private static long sum(List<Cost> costs, String category) {
        return costs.stream()
                .filter(cost -> cost.category().equals(category))
                .mapToLong(Cost::cents)
                .reduce(0, Math::addExact);
    }

    /** The terms, with accounts for the room under each ceiling; locked until the transaction ends. */
    @Transactional(propagation = Propagation.MANDATORY)
    Terms open(Factory factory) {
        Terms terms = table.lock(factory.id());
        if (terms.version() > 0) {
            return terms;
        }
        Terms first = new Terms(terms.factory(), terms.kind(), terms.published(), 1);
        ledger.open(new Account(first.plan(), Unit.EUR_CENT, "What " + factory.slug() + " is planned to cost", true));
        ledger.open(new Account(first.spent(), Unit.EUR_CENT, "What " + factory.slug() + " has spent", false));
        FundingPolicy.CATEGORIES.forEach(category -> {
            String name = factory.slug() + ", " + category;
            ledger.open(new Account(first.room(category), Unit.EUR_CENT, "Room for the Union: " + name, false));
            ledger.open(new Account(first.taken(category), Unit.EUR_CENT, "Room that it took: " + name, false));
        });
        table.change(first);
        table.replaceRates(first.factory(), policy.rates(first.kind()));
        return first;
    }

    /**
     * Says of which kind a factory is, and whether everybody may read its totals.
     *
     * @throws Problem where the Union has committed more than the ceilings of that kind leave
     */
    @Transactional
    void agree(Actor actor, Factory factory, TermsForm form) {
        Check check = new Check();
        String kind = check.need("kind", form.kind(), FundingPolicy.USUAL);
        if (!policy.kinds().contains(kind)) {
            check.fault("kind", "cofunding.fault.kind", String.join(", ", policy.kinds()));
        }
        boolean published = check.need("published", form.published(), false);
        int version = check.need("version", form.version(), 0);
        check.done();
        Terms terms = read(factory, version);
        table.change(new Terms(terms.factory(), kind, published, terms.version() + 1));
        if (!kind.equals(terms.kind())) {
            table.replaceRates(terms.factory(), policy.rates(kind));
            FundingPolicy.CATEGORIES.forEach(category -> fit(terms, category));
        }
        audit.record(
                actor.person(),
                null,
                "cofunding.agreed",
                Funding.subject(factory),
                Map.of("kind", kind, "published", published));
    }

    /**
     * Says what a category is planned to cost in a year.
     *
     * @throws Problem where the Union has committed more than the ceiling would leave
     */
    @Transactional
    void plan(Actor actor, Factory factory, CostForm form) {
        Check check = new Check();
        Cost cost = new Cost(
                check.year("year", form.year()),
                check.category("category", form.category()),
                check.cents("cents", form.cents(), 0));
        int version = check.need("version", form.version(), 0);
        check.done();
        Terms terms = read(factory, version);
        long before = costOf(factory.id());
        table.write(factory.id(), cost);
        table.change(new Terms(terms.factory(), terms.kind(), terms.published(), terms.version() + 1));
        fit(terms, cost.category());
        if (costOf(factory.id()) < before) {
            requireWithinCall(terms, 0);
        }
        audit.record(
                actor.person(),
                null,
                "cofunding.planned",
                Funding.subject(factory),
                Map.of("year", cost.year(), "category", cost.category(), "cents", cost.cents()));
    }

    /** What was not read yet has the version 0 or 1, which say the same. */
    private Terms read(Factory factory, int version) {
        Terms terms = open(factory);
        if (Math.max(1, version) != terms.version()) {
            throw Problem.of(ProblemType.CHANGED_MEANWHILE, "cofunding.refused.changed")
                    .with(Map.of("version", terms.version()));
        }
        return terms;
    }

    /** Makes the room what the rate leaves of the cost. */
    private void fit(Terms terms, String category) {
        Rate rate = table.rates(terms.factory()).get(category);
        long most = rate == null ? 0 : Ceiling.of(rate.basisPoints(), sum(table.costs(terms.factory()), category));
        AccountId room = terms.room(category);
        Map<AccountId, Balance> balances = ledger.balances(List.of(room, terms.taken(category)));
        long now = Math.addExact(
                java.util.Objects.requireNonNull(balances.get(room)).free(),
                java.util.Objects.requireNonNull(balances.get(terms.taken(category)))
                        .granted());
        long more = most - now;
        if (more == 0) {
            return;
        }
        EntryId entry = new EntryId(UUID.randomUUID());
        Amount amount = new Amount(Math.abs(more), Unit.EUR_CENT);
        String reason = "The most that the Union pays of " + category;
        try {
            ledger.post(
                    more > 0
                            ? new Transfer(entry, terms.plan(), room, amount, reason)
                            : new Transfer(entry, room, terms.plan(), amount, reason));
        } catch (LedgerException refused) {
            throw refused.refusal() == Refusal.NOT_ENOUGH
                    ? Problem.of(
                            ProblemType.NOT_ENOUGH_LEFT,
                            "cofunding.refused.below-committed",
                            Message.of("cofunding.category." + category),
                            Money.euros(most))
                    : refused;
        }
    }

    /** What the Union cannot commit, in words. */
    Problem passed(Terms terms, String category, long asked) {
        return of(terms).stream()
                .filter(ceiling -> ceiling.category().equals(category))
                .findFirst()
                .map(ceiling -> Problem.of(
                                ProblemType.NOT_ENOUGH_LEFT,
                                "cofunding.refused.ceiling",
                                ceiling.percent(),
                                Message.of("cofunding.category." + category),
                                Money.euros(ceiling.costCents()),
                                Money.euros(ceiling.leftCents()),
                                Money.euros(asked))
                        .with(Map.of(
                                "ceiling",
                                category,
                                "basisPoints",
                                ceiling.basisPoints(),
                                "leftCents",
                                ceiling.leftCents(),
                                "askedCents",
                                asked)))
                .orElseGet(() -> Problem.of(
                        ProblemType.AGAINST_RULES,
                        "cofunding.refused.no-rate",
                        Message.of("cofunding.category." + category)));
    }
}
