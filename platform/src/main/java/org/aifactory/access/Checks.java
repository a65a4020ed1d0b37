package org.aifactory.access;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.aifactory.access.Check.Obstacle;
import org.aifactory.access.Check.PoolLeft;
import org.aifactory.access.Check.RemarkView;
import org.aifactory.access.Eligibility.Applicant;
import org.aifactory.access.Finding.Outcome;
import org.aifactory.access.ModeFit.Fit;
import org.aifactory.access.Policy.Commercial;
import org.aifactory.access.Policy.Decider;
import org.aifactory.access.Policy.Figure;
import org.aifactory.access.Policy.Mode;
import org.aifactory.access.Policy.Remark;
import org.aifactory.access.Policy.Rule;
import org.aifactory.access.Wish.ProjectWish;
import org.aifactory.federation.HourUnit;
import org.aifactory.federation.Machine;
import org.aifactory.federation.Machines;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Partitions;
import org.aifactory.federation.Pools;
import org.aifactory.identity.Actor;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.Organisations.Organisation;
import org.aifactory.ledger.Amount;
import org.aifactory.ledger.Ledger;
import org.aifactory.web.Problem;
import org.aifactory.web.Problem.FieldFault;
import org.aifactory.web.ProblemType;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Finds out all that a machine can of an application, while it is typed and when it is sent. Writes nothing. */
@Component
class Checks {
    private static final int LONGEST_TITLE = 200;
    private static final int LONGEST_PURPOSE = 5000;

    private final JdbcClient jdbc;
    private final Policy policy;
    private final Eligibility eligibility;
    private final Profiles profiles;
    private final Modes modes;
    private final Partitions partitions;
    private final Machines machines;
    private final Pools pools;
    private final Ledger ledger;
    private final Wording words;
    private final InstantSource clock;

    Checks(
            JdbcClient jdbc,
            Policy policy,
            Profiles profiles,
            Modes modes,
            Partitions partitions,
            Machines machines,
            Pools pools,
            Ledger ledger,
            Wording words,
            InstantSource clock) {
        this.jdbc = jdbc;
        this.policy = policy;
        this.eligibility = new Eligibility(policy);
        this.profiles = profiles;
        this.modes = modes;
        this.partitions = partitions;
        this.machines = machines;
        this.pools = pools;
        this.ledger = ledger;
        this.words = words;
        this.clock = clock;
    }

    /**
     * What was found, and what remains of the wish where it is right.
     *
     * @param unit in which the hours are meant
     */
    record Result(
            Check check,
            @Nullable Organisation organisation,
            @Nullable Partition partition,
            @Nullable Mode mode,
            @Nullable Amount amount,
            HourUnit unit,
            Map<String, Object> profile,
            Map<String, Object> answers) {}

    Result check(Actor actor, Wish wish) {
        List<FieldFault> faults = new ArrayList<>();
        List<Obstacle> obstacles = new ArrayList<>();
        Organisation organisation = organisation(actor, wish, faults);
        Partition partition = partition(wish, faults);
        HourUnit unit = unit(wish, partition);
        Amount amount = amount(wish, partition, unit, faults);
        project(wish, faults);
        Map<String, Object> profile = Map.of();
        Map<String, Object> answers = Map.of();
        List<ModeFit> fits = List.of();
        List<Finding> findings = List.of();
        Mode mode = null;
        if (organisation != null) {
            profile = profiles.merged(organisation, wish.givenProfile(), faults);
            new Answers(policy.profile(), organisation.kind(), words).requireAll("profile", profile, faults);
            fits = fits(organisation, partition, amount);
            mode = mode(wish, fits, amount, faults, obstacles);
            if (mode != null) {
                Answers form = new Answers(mode.questions(), organisation.kind(), words);
                answers = form.read("answers", wish.givenAnswers(), faults);
                form.requireAll("answers", answers, faults);
            }
            findings = findings(wish, organisation, profile, answers, mode);
            findings.stream()
                    .filter(finding -> finding.outcome() == Outcome.FAILS)
                    .map(finding -> Obstacle.of(ProblemType.AGAINST_RULES, sentence(finding)))
                    .forEach(obstacles::add);
            reportsOwed(organisation.id()).ifPresent(obstacles::add);
        }
        if (partition != null) {
            closed(partition).ifPresent(obstacles::add);
            if (wish.isCommercial() && amount != null) {
                commercial(partition, amount).ifPresent(obstacles::add);
            }
        }
        Optional<PoolLeft> pool = pool(partition, amount);
        Optional<Decider> decider = decider(mode, findings);
        if (decider.filter(Decider.POLICY::equals).isPresent()
                && pool.filter(left -> !left.suffices()).isPresent()
                && partition != null
                && amount != null) {
            obstacles.add(poolTooSmall(partition, amount));
        }
        Optional<Integer> months = months(wish, mode, faults);
        Check check = new Check(
                faults.isEmpty() && obstacles.isEmpty() && mode != null,
                Optional.ofNullable(mode).map(Mode::slug),
                decider,
                promise(mode),
                months,
                partition == null || amount == null ? Map.of() : partition.inAllUnits(amount.value()),
                pool,
                price(partition, amount),
                List.copyOf(faults),
                List.copyOf(obstacles),
                fits,
                findings,
                remarks(policy.terms()),
                notes(wish, mode));
        return new Result(check, organisation, partition, mode, amount, unit, profile, answers);
    }

    private @Nullable Organisation organisation(Actor actor, Wish wish, List<FieldFault> faults) {
        if (wish.organisation() == null) {
            faults.add(new FieldFault("organisation", words.say("access.fault.organisation")));
            return null;
        }
        OrganisationId id = new OrganisationId(wish.organisation());
        actor.requireMayChange(id, "organisation", id);
        return profiles.find(actor, id);
    }

    private @Nullable Partition partition(Wish wish, List<FieldFault> faults) {
        if (wish.partition() == null || wish.partition().isBlank()) {
            faults.add(new FieldFault("partition", words.say("access.fault.partition")));
            return null;
        }
        String name = wish.partition().strip();
        try {
            if (PlainText.isPlain(name)) {
                return partitions.require(name);
            }
        } catch (Problem unknown) {
            // Said below, at the field.
        }
        faults.add(new FieldFault("partition", words.say("access.fault.partition-unknown")));
        return null;
    }

    private static HourUnit unit(Wish wish, @Nullable Partition partition) {
        if (wish.unit() != null) {
            return wish.unit();
        }
        return partition == null ? HourUnit.GPU_HOUR : partition.kind().hours();
    }

    private @Nullable Amount amount(Wish wish, @Nullable Partition partition, HourUnit unit, List<FieldFault> faults) {
        if (wish.hours() == null) {
            faults.add(new FieldFault("hours", words.say("access.fault.hours")));
            return null;
        }
        if (partition == null) {
            return null;
        }
        try {
            Amount amount = partition.amount(wish.hours(), unit);
            if (amount.value() > 0) {
                return amount;
            }
            faults.add(new FieldFault("hours", words.say("access.fault.hours")));
        } catch (Problem wrong) {
            faults.addAll(wrong.faults());
        }
        return null;
    }

    private void project(Wish wish, List<FieldFault> faults) {
        ProjectWish project = wish.project();
        if (project == null || !PlainText.says(project.title(), LONGEST_TITLE)) {
            faults.add(new FieldFault("project.title", words.say("access.fault.title")));
        }
        if (project == null || !PlainText.says(project.purpose(), LONGEST_PURPOSE)) {
            faults.add(new FieldFault("project.purpose", words.say("access.fault.purpose")));
        }
    }

    private List<ModeFit> fits(Organisation organisation, @Nullable Partition partition, @Nullable Amount amount) {
        boolean operates = partition != null
                && partitions
                        .operatorOf(partition.id())
                        .filter(organisation.id()::equals)
                        .isPresent();
        return new ModeFits(
                        policy,
                        words,
                        clock.instant(),
                        organisation.kind(),
                        partition,
                        operates,
                        partition == null ? Map.of() : heldByMode(organisation.id(), partition),
                        modes.closed(partition))
                .of(amount);
    }

    /**
     * What the organisation has been granted and not given back. What was used counts until its allocation would have ended, also where
     * that was given back before, so that nobody spends the limit of a mode again and again.
     */
    Map<String, Long> heldByMode(OrganisationId organisation, Partition partition) {
        Map<String, Long> held = new HashMap<>();
        jdbc.sql("""
                select allocation.mode, sum(grant_entry.amount - grant_entry.returned)::bigint as amount
                  from access.allocation
                  join access.grant_entry on grant_entry.allocation = allocation.id
                  join federation.partition on partition.id = allocation.partition
                 where allocation.organisation = :organisation and (allocation.state = 'ACTIVE' or allocation.until > :now)
                   and partition.kind = :kind
                 group by allocation.mode
                """)
                .param("organisation", organisation.value())
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .param("kind", partition.kind().name())
                .query(row -> {
                    held.put(row.getString("mode"), row.getLong("amount"));
                });
        return held;
    }

    private @Nullable Mode mode(
            Wish wish, List<ModeFit> fits, @Nullable Amount amount, List<FieldFault> faults, List<Obstacle> obstacles) {
        if (wish.mode() != null && !wish.mode().isBlank()) {
            Optional<Mode> chosen = policy.mode(wish.mode());
            if (chosen.isEmpty()) {
                faults.add(new FieldFault("mode", words.say("access.fault.mode", slugs())));
                return null;
            }
            fits.stream()
                    .filter(fit -> fit.mode().equals(wish.mode()))
                    .filter(fit -> !fit.fit().takes())
                    .forEach(fit -> obstacles.add(Obstacle.of(
                            fit.fit() == Fit.CLOSED ? ProblemType.NOT_NOW : ProblemType.AGAINST_RULES,
                            String.join(" ", fit.why()))));
            return chosen.get();
        }
        if (amount == null) {
            return null;
        }
        Optional<Mode> fitting =
                fits.stream().filter(fit -> fit.fit() == Fit.FITS).findFirst().flatMap(fit -> policy.mode(fit.mode()));
        if (fitting.isPresent()) {
            return fitting.get();
        }
        List<ModeFit> offered = fits.stream()
                .filter(fit -> fit.fit() == Fit.OFFERED || fit.fit() == Fit.OFFERED_LESS)
                .toList();
        if (offered.stream().anyMatch(fit -> fit.fit() == Fit.OFFERED)) {
            faults.add(new FieldFault("mode", words.say("access.fault.mode-choice", whys(offered))));
        } else {
            boolean isAllClosed = fits.stream().noneMatch(fit -> fit.fit() != Fit.UNFIT && fit.fit() != Fit.CLOSED)
                    && fits.stream().anyMatch(fit -> fit.fit() == Fit.CLOSED);
            obstacles.add(Obstacle.of(
                    isAllClosed ? ProblemType.NOT_NOW : ProblemType.AGAINST_RULES,
                    words.say("access.fit.none", whys(fits))));
        }
        return null;
    }

    private String slugs() {
        return String.join(", ", policy.modes().stream().map(Mode::slug).toList());
    }

    private static String whys(List<ModeFit> fits) {
        return String.join(" ", fits.stream().flatMap(fit -> fit.why().stream()).toList());
    }

    private Optional<Integer> months(Wish wish, @Nullable Mode mode, List<FieldFault> faults) {
        if (mode == null) {
            return Optional.empty();
        }
        if (wish.months() == null) {
            return Optional.of(mode.months().usual());
        }
        if (!mode.months().choices().contains(wish.months())) {
            faults.add(new FieldFault(
                    "months",
                    words.say(
                            "access.fault.months",
                            mode.name().in(words.locale()),
                            mode.months().choices().toString())));
            return Optional.empty();
        }
        return Optional.of(wish.months());
    }

    private List<Finding> findings(
            Wish wish,
            Organisation organisation,
            Map<String, Object> profile,
            Map<String, Object> answers,
            @Nullable Mode mode) {
        Applicant applicant =
                new Applicant(organisation.kind(), organisation.country(), wish.isCommercial(), profile, answers);
        return policy.rules().stream()
                .filter(rule -> mode == null ? rule.modes().isEmpty() : rule.countsIn(mode))
                .flatMap(rule -> eligibility.outcome(rule, applicant).map(outcome -> finding(rule, outcome)).stream())
                .toList();
    }

    private Finding finding(Rule rule, Outcome outcome) {
        return new Finding(
                rule.id(),
                outcome,
                rule.text().in(words.locale()),
                outcome == Outcome.HOLDS
                        ? Optional.empty()
                        : Optional.ofNullable(rule.advice()).map(advice -> advice.in(words.locale())),
                Optional.ofNullable(rule.mark()),
                policy.addresses(rule.sources()));
    }

    private static String sentence(Finding finding) {
        return finding.text() + finding.advice().map(advice -> " " + advice).orElse("");
    }

    /** Where a rule asks for people, the policy does not decide alone. */
    private static Optional<Decider> decider(@Nullable Mode mode, List<Finding> findings) {
        if (mode == null) {
            return Optional.empty();
        }
        boolean needsPeople = findings.stream().anyMatch(finding -> finding.outcome() == Outcome.FOR_PEOPLE);
        return Optional.of(mode.decidedBy() == Decider.POLICY && needsPeople ? Decider.REVIEWER : mode.decidedBy());
    }

    private Optional<Instant> promise(@Nullable Mode mode) {
        return Optional.ofNullable(mode)
                .map(Mode::promise)
                .flatMap(promise -> WorkingDays.of(policy).promisedBy(promise, clock.instant()));
    }

    private Optional<Obstacle> closed(Partition partition) {
        Machine machine = machines.require(partition.machine());
        return partition.open() && machine.open()
                ? Optional.empty()
                : Optional.of(Obstacle.of(
                        ProblemType.NOT_NOW, words.say("access.partition.closed", partition.name(), machine.name())));
    }

    /** Whoever owes a report of an earlier allocation applies again once it is there. */
    private Optional<Obstacle> reportsOwed(OrganisationId organisation) {
        if (policy.report() == null) {
            return Optional.empty();
        }
        WorkingDays days = WorkingDays.of(policy);
        int months = policy.report().dueMonths();
        return jdbc
                .sql("""
                select project, ended_at from access.allocation
                 where organisation = :organisation and state <> 'ACTIVE'
                   and not exists (select from access.report where report.allocation = allocation.id)
                 order by ended_at
                """)
                .param("organisation", organisation.value())
                .query((row, number) -> new Owed(
                        row.getString("project"),
                        days.plusMonths(
                                row.getObject("ended_at", OffsetDateTime.class).toInstant(), months)))
                .list()
                .stream()
                .filter(owed -> owed.due().isBefore(clock.instant()))
                .findFirst()
                .map(owed -> Obstacle.of(
                        ProblemType.NOT_NOW,
                        words.say("access.report.overdue", owed.project(), words.day(owed.due()))));
    }

    private record Owed(String project, Instant due) {}

    /** Commercial use is paid for and has at most its share of a partition's time. */
    Optional<Obstacle> commercial(Partition partition, Amount amount) {
        if (partition.priceCents().isEmpty()) {
            return Optional.of(
                    Obstacle.of(ProblemType.AGAINST_RULES, words.say("access.commercial.no-price", partition.name())));
        }
        Commercial commercial = policy.commercial();
        Figure share = commercial == null ? null : commercial.mostShare();
        if (share == null) {
            return Optional.empty();
        }
        long most = BigDecimal.valueOf(pools.balance(partition.id()).granted())
                .multiply(share.value())
                .longValue();
        long left = Math.max(0, most - commercialUse(partition));
        return amount.value() <= left
                ? Optional.empty()
                : Optional.of(Obstacle.of(
                        ProblemType.NOT_ENOUGH_LEFT,
                        words.say(
                                "access.commercial.too-much",
                                share.value().movePointRight(2),
                                partition.name(),
                                words.time(partition, left),
                                words.time(partition, amount.value()))));
    }

    private long commercialUse(Partition partition) {
        return jdbc.sql("""
                select coalesce(sum(grant_entry.amount - grant_entry.returned), 0)::bigint
                  from access.allocation join access.grant_entry on grant_entry.allocation = allocation.id
                 where allocation.partition = :partition and allocation.commercial
                """)
                .param("partition", partition.id().value())
                .query(Long.class)
                .single();
    }

    private Optional<PoolLeft> pool(@Nullable Partition partition, @Nullable Amount amount) {
        if (partition == null) {
            return Optional.empty();
        }
        long free = Math.max(0, ledger.balance(pools.accountOf(partition.id())).free());
        return Optional.of(new PoolLeft(partition.inAllUnits(free), amount == null || amount.value() <= free));
    }

    private Obstacle poolTooSmall(Partition partition, Amount amount) {
        return Obstacle.of(
                ProblemType.NOT_ENOUGH_LEFT,
                words.say(
                        "access.pool.too-small",
                        partition.name(),
                        words.time(
                                partition,
                                Math.max(0, pools.balance(partition.id()).free())),
                        words.time(partition, amount.value())));
    }

    private static Optional<Long> price(@Nullable Partition partition, @Nullable Amount amount) {
        if (partition == null || amount == null) {
            return Optional.empty();
        }
        return partition.price(amount.value()).map(Amount::value);
    }

    private List<RemarkView> notes(Wish wish, @Nullable Mode mode) {
        List<RemarkView> notes = new ArrayList<>();
        if (mode != null) {
            notes.addAll(remarks(mode.notes()));
        }
        Commercial commercial = policy.commercial();
        if (wish.isCommercial() && commercial != null && commercial.text() != null) {
            notes.add(new RemarkView(
                    commercial.text().in(words.locale()),
                    Optional.ofNullable(commercial.mostShare()).map(Figure::mark),
                    policy.addresses(commercial.sources())));
        } else {
            notes.addAll(remarks(policy.notes()));
        }
        return notes;
    }

    List<RemarkView> remarks(List<Remark> remarks) {
        return remarks.stream()
                .map(remark -> new RemarkView(
                        remark.text().in(words.locale()),
                        Optional.ofNullable(remark.mark()),
                        policy.addresses(remark.sources())))
                .toList();
    }
}
