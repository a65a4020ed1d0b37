package org.aifactory.cofunding;

import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.cofunding.FundingForms.Check;
import org.aifactory.cofunding.FundingForms.MovementForm;
import org.aifactory.cofunding.FundingForms.TakingBackForm;
import org.aifactory.cofunding.Movement.Kind;
import org.aifactory.federation.Factories;
import org.aifactory.federation.Factory;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.ledger.Account;
import org.aifactory.ledger.AccountId;
import org.aifactory.ledger.Amount;
import org.aifactory.ledger.EntryId;
import org.aifactory.ledger.Ledger;
import org.aifactory.ledger.LedgerException;
import org.aifactory.ledger.Posting;
import org.aifactory.ledger.Posting.Reversal;
import org.aifactory.ledger.Posting.Transfer;
import org.aifactory.ledger.Refusal;
import org.aifactory.ledger.Unit;
import org.aifactory.web.Message;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * How money for factories moves: pledged, committed, called, received, spent. Programme officers book. None of the ledger's accounts can be
 * overdrawn, so nothing is committed that was not pledged, and nothing spent that has not come.
 */
@Service
class Funding {
    private final MoneyTable table;
    private final Ceilings ceilings;
    private final Factories factories;
    private final Ledger ledger;
    private final AuditTrail audit;
    private final InstantSource clock;

    Funding(
            MoneyTable table,
            Ceilings ceilings,
            Factories factories,
            Ledger ledger,
            AuditTrail audit,
            InstantSource clock) {
        this.table = table;
        this.ceilings = ceilings;
        this.factories = factories;
        this.ledger = ledger;
        this.audit = audit;
        this.clock = clock;
    }

    static boolean mayBook(Actor actor) {
        return actor.isProgrammeOfficer();
    }

    static void requireMayBook(Actor actor) {
        if (!mayBook(actor)) {
            throw Problem.of(ProblemType.NOT_ALLOWED, "cofunding.refused.only-officers");
        }
    }

    static String subject(Factory factory) {
        return "funding of factory " + factory.slug();
    }

    LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    Factory require(String slug) {
        return factories.named(slug).orElseThrow(() -> Problem.notFound("factory", slug));
    }

    /**
     * Books; the same again changes nothing.
     *
     * @throws Problem at each field that is wrong, and where there is not so much to go on, or no room under a ceiling
     */
    @Transactional
    Movement book(Actor actor, String slug, MovementForm form) {
        requireMayBook(actor);
        Factory factory = require(slug);
        Movement movement = checked(factory, form);
        Terms terms = ceilings.open(factory);
        open(factory, movement.line());
        table.lock(movement.line());
        Optional<Movement> before = table.movement(movement.entry());
        if (before.isPresent()) {
            return requireSame(before.get(), movement);
        }
        movement.instalment().ifPresent(instalment -> requireStillDue(movement, instalment));
        if (takesRoom(movement)) {
            ceilings.requireWithinCall(terms, movement.cents());
        }
        post(terms, movement, postings(terms, movement));
        table.write(movement, actor.person());
        record(actor, factory, movement);
        return table.movement(movement.entry()).orElseThrow();
    }

    private Movement checked(Factory factory, MovementForm form) {
        Check check = new Check();
        Kind kind = check.need("kind", form.kind(), Kind.PLEDGE);
        if (kind == Kind.TAKEN_BACK) {
            check.fault("kind", "cofunding.fault.choose");
        }
        LocalDate day = check.day("day", form.day(), today());
        Optional<LocalDate> due = Optional.empty();
        if (kind == Kind.INSTALMENT) {
            due = Optional.of(check.day("due", form.due(), LocalDate.of(FundingForms.LAST_YEAR, 12, 31)));
        }
        Optional<EntryId> instalment = Optional.empty();
        if (kind == Kind.RECEIPT) {
            instalment = Optional.of(new EntryId(check.need("instalment", form.instalment(), new UUID(0, 0))));
        }
        Movement movement = new Movement(
                new EntryId(check.need("key", form.key(), new UUID(0, 0))),
                0,
                Line.of(
                        factory.id(),
                        check.funder("funder", form.funder()),
                        check.year("year", form.year()),
                        check.category("category", form.category())),
                kind,
                day,
                due,
                instalment,
                check.cents("cents", form.cents(), 1),
                check.text("reason", form.reason()),
                Optional.empty());
        check.done();
        return movement;
    }

    private void open(Factory factory, Line line) {
        if (table.open(line)) {
            String name = line.funder() + " to " + factory.slug() + ", " + line.category() + " " + line.year() + ": ";
            ledger.open(new Account(
                    line.outside(), Unit.EUR_CENT, "What " + line.funder() + " has for " + factory.slug(), true));
            ledger.open(new Account(line.pledged(), Unit.EUR_CENT, name + "pledged", false));
            ledger.open(new Account(line.committed(), Unit.EUR_CENT, name + "committed", false));
            ledger.open(new Account(line.called(), Unit.EUR_CENT, name + "called", false));
            ledger.open(new Account(line.paid(), Unit.EUR_CENT, name + "paid", false));
        }
    }

    private static Movement requireSame(Movement before, Movement now) {
        if (!before.isLike(now)) {
            throw Problem.of(ProblemType.ALREADY_TAKEN, "ledger.refusal.conflict");
        }
        return before;
    }

    private void requireStillDue(Movement receipt, EntryId id) {
        Movement instalment = table.movement(id)
                .filter(known -> known.kind() == Kind.INSTALMENT
                        && known.line().id().equals(receipt.line().id())
                        && !table.isTakenBack(id))
                .orElseThrow(() -> Problem.invalid("instalment", "cofunding.fault.instalment"));
        long left = instalment.cents() - table.received(id);
        if (receipt.cents() > left) {
            throw Problem.of(
                            ProblemType.NOT_ENOUGH_LEFT,
                            "cofunding.refused.above-instalment",
                            Money.euros(left),
                            Money.euros(receipt.cents()))
                    .with(Map.of("leftCents", left, "askedCents", receipt.cents()));
        }
    }

    /** What the Union commits comes out of the room under its ceiling as well. */
    private static List<Posting> postings(Terms terms, Movement movement) {
        Line line = movement.line();
        Amount amount = new Amount(movement.cents(), Unit.EUR_CENT);
        List<Posting> postings = new ArrayList<>();
        postings.add(new Transfer(
                movement.entry(),
                line.source(movement.kind()),
                line.target(movement.kind(), terms.spent()),
                amount,
                movement.reason()));
        if (takesRoom(movement)) {
            postings.add(new Transfer(
                    roomEntry(movement.entry()),
                    terms.room(line.category()),
                    terms.taken(line.category()),
                    amount,
                    movement.reason()));
        }
        return postings;
    }

    private static boolean takesRoom(Movement movement) {
        return movement.kind() == Kind.COMMITMENT && movement.line().isOfUnion();
    }

    private static EntryId roomEntry(EntryId commitment) {
        return new EntryId(Line.named("room taken by " + commitment));
    }

    /**
     * Takes back all of a movement that was wrong.
     *
     * @throws Problem when what it brought has gone on already
     */
    @Transactional
    Movement takeBack(Actor actor, String slug, UUID wrong, TakingBackForm form) {
        requireMayBook(actor);
        Factory factory = require(slug);
        Movement undone = table.movement(new EntryId(wrong))
                .filter(known -> known.kind() != Kind.TAKEN_BACK
                        && known.line().factory().equals(factory.id()))
                .orElseThrow(() -> Problem.notFound("movement", wrong));
        Check check = new Check();
        String reason = check.text("reason", form.reason());
        EntryId key = new EntryId(check.need("key", form.key(), new UUID(0, 0)));
        check.done();
        Terms terms = ceilings.open(factory);
        table.lock(undone.line());
        Movement movement = new Movement(
                key,
                0,
                undone.line(),
                Kind.TAKEN_BACK,
                today(),
                Optional.empty(),
                Optional.empty(),
                undone.cents(),
                reason,
                Optional.of(undone.entry()));
        Optional<Movement> before = table.movement(key);
        if (before.isPresent()) {
            return requireSame(before.get(), movement);
        }
        if (table.isTakenBack(undone.entry())) {
            throw Problem.of(ProblemType.NOT_NOW, "cofunding.refused.taken-back");
        }
        if (undone.kind() == Kind.INSTALMENT && table.received(undone.entry()) > 0) {
            throw Problem.of(ProblemType.NOT_NOW, "cofunding.refused.received");
        }
        Amount amount = new Amount(undone.cents(), Unit.EUR_CENT);
        List<Posting> postings = new ArrayList<>();
        postings.add(new Reversal(key, undone.entry(), amount, reason));
        if (takesRoom(undone)) {
            postings.add(new Reversal(roomEntry(key), roomEntry(undone.entry()), amount, reason));
        }
        post(terms, movement, postings);
        table.write(movement, actor.person());
        record(actor, factory, movement);
        return table.movement(key).orElseThrow();
    }

    private void post(Terms terms, Movement movement, List<Posting> postings) {
        try {
            ledger.post(postings);
        } catch (LedgerException refused) {
            throw refusal(terms, movement, refused);
        }
    }

    private Problem refusal(Terms terms, Movement movement, LedgerException refused) {
        if (refused.refusal() == Refusal.NOT_ENOUGH && movement.kind() != Kind.TAKEN_BACK) {
            AccountId source = movement.line().source(movement.kind());
            long left =
                    movement.kind() == Kind.PLEDGE ? 0 : ledger.balance(source).free();
            return takesRoom(movement) && left >= movement.cents()
                    ? ceilings.passed(terms, movement.line().category(), movement.cents())
                    : Problem.of(
                                    ProblemType.NOT_ENOUGH_LEFT,
                                    "cofunding.refused.not-enough",
                                    Message.of(
                                            "cofunding.left." + movement.kind().slug()),
                                    Money.euros(left),
                                    Money.euros(movement.cents()))
                            .with(Map.of("leftCents", left, "askedCents", movement.cents()));
        }
        ProblemType type = switch (refused.refusal()) {
            case CONFLICT -> ProblemType.ALREADY_TAKEN;
            case NOT_ENOUGH, ABOVE_ORIGINAL -> ProblemType.NOT_ENOUGH_LEFT;
            default -> ProblemType.AGAINST_RULES;
        };
        return Problem.of(type, "ledger.refusal." + refused.refusal().slug());
    }

    private void record(Actor actor, Factory factory, Movement movement) {
        audit.record(
                actor.person(),
                null,
                "cofunding." + movement.kind().slug(),
                subject(factory),
                Map.of(
                        "entry", movement.entry().toString(),
                        "funder", movement.line().funder(),
                        "year", movement.line().year(),
                        "category", movement.line().category(),
                        "cents", movement.cents(),
                        "reason", movement.reason()));
    }
}
