package org.aifactory.funds;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.facts.Mark;
import org.aifactory.funds.Fund.Accounts;
import org.aifactory.funds.FundForms.Check;
import org.aifactory.funds.FundForms.ClosingForm;
import org.aifactory.funds.FundForms.CommitmentForm;
import org.aifactory.funds.FundForms.DrawdownForm;
import org.aifactory.funds.FundForms.FundForm;
import org.aifactory.funds.FundForms.InvestmentForm;
import org.aifactory.funds.FundForms.TakingBackForm;
import org.aifactory.funds.FundForms.TargetForm;
import org.aifactory.funds.Movement.Kind;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.identity.PersonId;
import org.aifactory.ledger.Account;
import org.aifactory.ledger.AccountId;
import org.aifactory.ledger.Amount;
import org.aifactory.ledger.Balance;
import org.aifactory.ledger.EntryId;
import org.aifactory.ledger.Ledger;
import org.aifactory.ledger.LedgerException;
import org.aifactory.ledger.Posting;
import org.aifactory.ledger.Posting.Reversal;
import org.aifactory.ledger.Posting.Transfer;
import org.aifactory.ledger.Receipt;
import org.aifactory.ledger.Unit;
import org.aifactory.web.Message;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Funds, and how their money moves: committed at closings, drawn, invested. Everybody may read; programme officers book. The ledger's
 * accounts cannot be overdrawn, so nothing is drawn that was not committed, and nothing invested that was not drawn.
 */
@Service
class Funds {
    private final FundTable table;
    private final Ledger ledger;
    private final AuditTrail audit;
    private final InstantSource clock;

    Funds(FundTable table, Ledger ledger, AuditTrail audit, InstantSource clock) {
        this.table = table;
        this.ledger = ledger;
        this.audit = audit;
        this.clock = clock;
    }

    /** A fund with all that was told and booked of it; the movements, latest first. */
    record Known(Fund fund, FundMoney money, List<Target> targets, List<Movement> movements) {}

    static boolean mayBook(Actor actor) {
        return actor.isProgrammeOfficer();
    }

    static void requireMayBook(Actor actor) {
        if (!mayBook(actor)) {
            throw Problem.of(ProblemType.NOT_ALLOWED, "funds.refused.only-officers");
        }
    }

    LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    List<Known> all() {
        return table.all().stream().map(this::known).toList();
    }

    Known known(String slug) {
        return known(require(slug));
    }

    private Known known(Fund fund) {
        Accounts accounts = fund.accounts();
        Map<AccountId, Balance> balances =
                ledger.balances(List.of(accounts.publicMoney(), accounts.privateMoney(), accounts.cash()));
        List<Target> targets = table.targets(fund.slug());
        FundMoney money = FundMoney.of(
                balance(balances, accounts.publicMoney()),
                balance(balances, accounts.privateMoney()),
                balance(balances, accounts.cash()),
                targets);
        return new Known(fund, money, targets, table.movements(fund.slug()));
    }

    private static Balance balance(Map<AccountId, Balance> balances, AccountId account) {
        return java.util.Objects.requireNonNull(balances.get(account));
    }

    private Fund require(String slug) {
        return table.find(slug).orElseThrow(() -> Problem.notFound("fund", slug));
    }

    /** @throws Problem at each field that is wrong, and where the name is taken */
    @Transactional
    Known add(Actor actor, FundForm form) {
        requireMayBook(actor);
        Fund fund = checked(form);
        if (table.find(fund.slug()).isPresent()) {
            throw Problem.of(ProblemType.ALREADY_TAKEN, "funds.refused.taken", fund.slug());
        }
        write(fund, form, actor.person());
        return known(fund.slug());
    }

    /** Enters what a file tells; the same again changes nothing. */
    @Transactional
    void enter(FundForm form) {
        Fund told = checked(form);
        Optional<Fund> before = table.find(told.slug());
        if (before.isPresent() && before.get().nature() != told.nature()) {
            throw Problem.of(ProblemType.AGAINST_RULES, "funds.refused.nature", told.slug());
        }
        write(told, form, null);
    }

    private void write(Fund fund, FundForm form, @Nullable PersonId by) {
        List<TargetForm> told = form.targets() == null ? List.of() : form.targets();
        String nameKo = korean(form.nameKo(), fund.name());
        if (table.write(fund, nameKo, korean(form.noteKo(), fund.note()))) {
            open(fund);
            audit.record(by, null, "fund.added", "fund " + fund.slug(), Map.of("nature", fund.nature()));
        }
        List<Target> targets = targets(fund.nature(), told);
        if (!table.targets(fund.slug()).equals(targets)) {
            List<String> notesKo = new ArrayList<>();
            for (int number = 0; number < targets.size(); number++) {
                notesKo.add(
                        korean(told.get(number).noteKo(), targets.get(number).note()));
            }
            table.replaceTargets(fund.slug(), targets, notesKo);
            audit.record(by, null, "fund.targets-told", "fund " + fund.slug(), Map.of("targets", targets.size()));
        }
    }

    private static String korean(@Nullable String said, Message otherwise) {
        return said == null || said.isBlank() ? otherwise.inEnglish() : said.strip();
    }

    private void open(Fund fund) {
        Accounts accounts = fund.accounts();
        String name = "Fund " + fund.slug() + ": ";
        ledger.open(new Account(accounts.outside(), Unit.EUR_CENT, name + "investors", true));
        ledger.open(new Account(accounts.publicMoney(), Unit.EUR_CENT, name + "public money committed", false));
        ledger.open(new Account(accounts.privateMoney(), Unit.EUR_CENT, name + "private money committed", false));
        ledger.open(new Account(accounts.cash(), Unit.EUR_CENT, name + "drawn", false));
        ledger.open(new Account(accounts.invested(), Unit.EUR_CENT, name + "invested", false));
    }

    private Fund checked(FundForm form) {
        Check check = new Check();
        Mark mark = check.need("mark", form.mark(), Mark.UNVERIFIED);
        Nature nature = check.need("nature", form.nature(), Nature.REAL);
        String name = check.word("name", form.name());
        String nameKo = check.optional("nameKo", form.nameKo());
        String note = check.optional("note", form.note());
        String noteKo = check.optional("noteKo", form.noteKo());
        String slug = check.slug("slug", form.slug());
        Fund fund = new Fund(
                slug,
                Message.inEach(name, nameKo.isEmpty() ? name : nameKo),
                check.country("country", form.country()),
                check.word("manager", form.manager()),
                nature,
                check.day("announced", form.announced(), today()),
                mark,
                check.sources("sources", form.sources(), mark),
                Message.inEach(note, noteKo.isEmpty() ? note : noteKo),
                form.initiative() == null || form.initiative().isBlank()
                        ? Optional.empty()
                        : Optional.of(check.slug("initiative", form.initiative())),
                new Accounts(
                        account(slug, "outside"),
                        account(slug, "public"),
                        account(slug, "private"),
                        account(slug, "cash"),
                        account(slug, "invested")));
        checkTargets(check, nature, form.targets());
        check.done();
        return fund;
    }

    /** Made of the fund's name, which never changes, so that opening it again is harmless. */
    private static AccountId account(String slug, String which) {
        return new AccountId(UUID.nameUUIDFromBytes(("fund " + slug + " " + which).getBytes(StandardCharsets.UTF_8)));
    }

    private static void checkTargets(Check check, Nature nature, @Nullable List<TargetForm> told) {
        int number = 0;
        for (TargetForm target : check.some("targets", told)) {
            String field = "targets[" + number++ + "].";
            check.word(field + "who", target.who());
            check.need(field + "payer", target.payer(), Payer.PUBLIC);
            check.cents(field + "cents", target.cents());
            check.optional(field + "note", target.note());
            check.optional(field + "noteKo", target.noteKo());
            check.sources(
                    field + "sources", target.sources(), check.need(field + "mark", target.mark(), Mark.UNVERIFIED));
            Standing standing = check.need(field + "standing", target.standing(), Standing.EXPECTED);
            if (standing == Standing.COMMITTED
                    || (nature == Nature.RECOMMENDED) != (standing == Standing.RECOMMENDED)) {
                check.fault(field + "standing", "funds.fault.standing");
            }
        }
    }

    private static List<Target> targets(Nature nature, List<TargetForm> told) {
        Check check = new Check();
        return told.stream()
                .map(target -> {
                    String note = check.optional("note", target.note());
                    Mark mark = check.need("mark", target.mark(), Mark.UNVERIFIED);
                    return new Target(
                            check.word("who", target.who()),
                            check.need("payer", target.payer(), Payer.PUBLIC),
                            nature == Nature.RECOMMENDED ? Standing.RECOMMENDED : Standing.EXPECTED,
                            check.cents("cents", target.cents()),
                            mark,
                            check.sources("sources", target.sources(), mark),
                            Message.inEach(note, korean(target.noteKo(), Message.inEach(note, note))));
                })
                .toList();
    }

    /**
     * Books the commitments of a closing, all or none; the same again changes nothing.
     *
     * @throws Problem at each field that is wrong, and for a fund that is only recommended
     */
    @Transactional
    Known close(Actor actor, String slug, ClosingForm form) {
        requireMayBook(actor);
        Fund fund = requireReal(slug);
        Check check = new Check();
        LocalDate day = check.day("day", form.day(), today());
        List<String> sources = check.sources("sources", form.sources(), Mark.SECONDARY);
        List<CommitmentForm> commitments = check.some("commitments", form.commitments());
        if (commitments.isEmpty()) {
            check.fault("commitments", "funds.fault.no-commitment");
        }
        UUID key = form.key() == null ? UUID.randomUUID() : form.key();
        List<Movement> movements = new ArrayList<>();
        int closing = table.movement(slug, entry(key, 0))
                .flatMap(Movement::closing)
                .orElseGet(() -> table.latestClosing(slug) + 1);
        for (CommitmentForm commitment : commitments) {
            String field = "commitments[" + movements.size() + "].";
            movements.add(new Movement(
                    entry(key, movements.size()),
                    0,
                    Kind.COMMITMENT,
                    Optional.of(check.need(field + "payer", commitment.payer(), Payer.PRIVATE)),
                    check.word(field + "who", commitment.who()),
                    Optional.of(closing),
                    day,
                    check.cents(field + "cents", commitment.cents()),
                    sources,
                    "Closing " + closing + " of " + slug,
                    Optional.empty()));
        }
        check.done();
        book(fund, movements, actor.person(), "fund.closed");
        return known(slug);
    }

    /** An anchor commitment, as a file tells it. */
    @Transactional
    void anchor(String slug, int number, String who, Payer payer, long cents, LocalDate day, List<String> sources) {
        UUID key = UUID.nameUUIDFromBytes(("fund " + slug + " anchor").getBytes(StandardCharsets.UTF_8));
        Movement movement = new Movement(
                entry(key, number),
                0,
                Kind.COMMITMENT,
                Optional.of(payer),
                who,
                Optional.of(0),
                day,
                cents,
                sources,
                "Anchor commitment to " + slug,
                Optional.empty());
        book(requireReal(slug), List.of(movement), null, "fund.anchored");
    }

    private static EntryId entry(UUID key, int number) {
        return new EntryId(
                number == 0 ? key : UUID.nameUUIDFromBytes((key + " " + number).getBytes(StandardCharsets.UTF_8)));
    }

    /** @throws Problem when less is committed and not drawn */
    @Transactional
    Known draw(Actor actor, String slug, DrawdownForm form) {
        requireMayBook(actor);
        Fund fund = requireReal(slug);
        Check check = new Check();
        Movement movement = new Movement(
                new EntryId(form.key() == null ? UUID.randomUUID() : form.key()),
                0,
                Kind.DRAWDOWN,
                Optional.of(check.need("payer", form.payer(), Payer.PUBLIC)),
                "",
                Optional.empty(),
                check.day("day", form.day(), today()),
                check.cents("cents", form.cents()),
                List.of(),
                check.text("reason", form.reason()),
                Optional.empty());
        check.done();
        book(fund, List.of(movement), actor.person(), "fund.drawn");
        return known(slug);
    }

    /** @throws Problem when less is drawn and not invested */
    @Transactional
    Known invest(Actor actor, String slug, InvestmentForm form) {
        requireMayBook(actor);
        Fund fund = requireReal(slug);
        Check check = new Check();
        String company = check.word("company", form.company());
        Movement movement = new Movement(
                new EntryId(form.key() == null ? UUID.randomUUID() : form.key()),
                0,
                Kind.INVESTMENT,
                Optional.empty(),
                company,
                Optional.empty(),
                check.day("day", form.day(), today()),
                check.cents("cents", form.cents()),
                check.sources("sources", form.sources(), Mark.SECONDARY),
                "Investment in " + company,
                Optional.empty());
        check.done();
        book(fund, List.of(movement), actor.person(), "fund.invested");
        return known(slug);
    }

    /**
     * Takes back all of a movement that was wrong.
     *
     * @throws Problem when what it brought is used already
     */
    @Transactional
    Known takeBack(Actor actor, String slug, UUID wrong, TakingBackForm form) {
        requireMayBook(actor);
        Fund fund = requireReal(slug);
        Movement undone = table.movement(slug, new EntryId(wrong))
                .filter(movement -> movement.kind() != Kind.TAKEN_BACK)
                .orElseThrow(() -> Problem.notFound("movement", wrong));
        Check check = new Check();
        Movement movement = new Movement(
                new EntryId(form.key() == null ? UUID.randomUUID() : form.key()),
                0,
                Kind.TAKEN_BACK,
                undone.payer(),
                undone.who(),
                Optional.empty(),
                today(),
                undone.cents(),
                List.of(),
                check.text("reason", form.reason()),
                Optional.of(undone.entry()));
        check.done();
        book(fund, List.of(movement), actor.person(), "fund.taken-back");
        return known(slug);
    }

    private Fund requireReal(String slug) {
        Fund fund = require(slug);
        if (fund.nature() != Nature.REAL) {
            throw Problem.of(ProblemType.AGAINST_RULES, "funds.refused.recommended");
        }
        table.lock(slug);
        return fund;
    }

    private void book(Fund fund, List<Movement> movements, @Nullable PersonId by, String action) {
        List<Receipt> receipts = post(movements.stream()
                .map(movement -> posting(fund.accounts(), movement))
                .toList());
        if (receipts.stream().map(Receipt::existed).distinct().count() > 1) {
            throw Problem.of(ProblemType.ALREADY_TAKEN, "ledger.refusal.conflict");
        }
        for (int number = 0; number < movements.size(); number++) {
            Movement movement = movements.get(number);
            if (!receipts.get(number).existed()) {
                table.write(fund.slug(), movement, by);
                audit.record(
                        by,
                        null,
                        action,
                        "fund " + fund.slug(),
                        Map.of("entry", movement.entry().toString(), "cents", movement.cents(), "who", movement.who()));
            }
        }
    }

    private static Posting posting(Accounts accounts, Movement movement) {
        Amount amount = new Amount(movement.cents(), Unit.EUR_CENT);
        EntryId id = movement.entry();
        return switch (movement.kind()) {
            case COMMITMENT ->
                new Transfer(id, accounts.outside(), committed(accounts, movement), amount, movement.reason());
            case DRAWDOWN ->
                new Transfer(id, committed(accounts, movement), accounts.cash(), amount, movement.reason());
            case INVESTMENT -> new Transfer(id, accounts.cash(), accounts.invested(), amount, movement.reason());
            case TAKEN_BACK -> new Reversal(id, movement.undoes().orElseThrow(), amount, movement.reason());
        };
    }

    private static AccountId committed(Accounts accounts, Movement movement) {
        return accounts.committed(movement.payer().orElseThrow());
    }

    private List<Receipt> post(List<Posting> postings) {
        try {
            return ledger.post(postings);
        } catch (LedgerException refused) {
            ProblemType type = switch (refused.refusal()) {
                case CONFLICT -> ProblemType.ALREADY_TAKEN;
                case NOT_ENOUGH, ABOVE_ORIGINAL -> ProblemType.NOT_ENOUGH_LEFT;
                default -> ProblemType.AGAINST_RULES;
            };
            throw Problem.of(type, "ledger.refusal." + refused.refusal().slug());
        }
    }
}
