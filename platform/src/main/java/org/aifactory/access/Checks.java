package org.aifactory.access;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
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
import org.aifactory.access.Policy.Rule;
import org.aifactory.access.Policy.Text;
import org.aifactory.federation.HourUnit;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Partitions;
import org.aifactory.federation.Pools;
import org.aifactory.identity.Actor;
import org.aifactory.identity.Organisations.Organisation;
import org.aifactory.ledger.Amount;
import org.aifactory.web.Message;
import org.aifactory.web.Problem.FieldFault;
import org.aifactory.web.ProblemType;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Finds out all that a machine can of an application, while it is typed and when it is sent. Writes nothing. */
@Component
class Checks {
    private final Policy policy;
    private final PolicyViews policyViews;
    private final Eligibility eligibility;
    private final WishFields fields;
    private final Obstacles inTheWay;
    private final Holdings holdings;
    private final Profiles profiles;
    private final Modes modes;
    private final Partitions partitions;
    private final Pools pools;
    private final Wording words;
    private final InstantSource clock;

    Checks(
            Policy policy,
            PolicyViews policyViews,
            WishFields fields,
            Obstacles inTheWay,
            Holdings holdings,
            Profiles profiles,
            Modes modes,
            Partitions partitions,
            Pools pools,
            Wording words,
            InstantSource clock) {
        this.policy = policy;
        this.policyViews = policyViews;
        this.eligibility = new Eligibility(policy);
        this.fields = fields;
        this.inTheWay = inTheWay;
        this.holdings = holdings;
        this.profiles = profiles;
        this.modes = modes;
        this.partitions = partitions;
        this.pools = pools;
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
        Organisation organisation = fields.organisation(actor, wish, faults);
        Partition partition = fields.partition(wish, faults);
        HourUnit unit = WishFields.unit(wish, partition);
        Amount amount = fields.amount(wish, partition, unit, faults);
        fields.project(wish, faults);
        Map<String, Object> profile = Map.of();
        Map<String, Object> answers = Map.of();
        List<ModeFit> fits = List.of();
        List<Finding> findings = List.of();
        Mode mode = null;
        if (organisation != null) {
            profile = profiles.merged(organisation, wish.givenProfile(), faults);
            new Answers(policy.profile(), organisation.kind()).requireAll("profile", profile, faults);
            fits = fits(organisation, partition, amount);
            mode = mode(wish, fits, amount, faults, obstacles);
            if (mode != null) {
                Answers form = new Answers(mode.questions(), organisation.kind());
                answers = form.read("answers", wish.givenAnswers(), faults);
                form.requireAll("answers", answers, faults);
            }
            findings = findings(wish, organisation, profile, answers, mode);
            findings.stream()
                    .filter(finding -> finding.outcome() == Outcome.FAILS)
                    .map(finding -> Obstacle.of(ProblemType.AGAINST_RULES, sentence(finding)))
                    .forEach(obstacles::add);
            inTheWay.reportsOwed(organisation.id()).ifPresent(obstacles::add);
        }
        if (partition != null) {
            inTheWay.closed(partition).ifPresent(obstacles::add);
            if (wish.isCommercial() && amount != null) {
                inTheWay.commercial(partition, amount).ifPresent(obstacles::add);
            }
        }
        Optional<PoolLeft> pool = pool(partition, amount);
        Optional<Decider> decider = decider(mode, findings);
        if (decider.filter(Decider.POLICY::equals).isPresent()
                && pool.filter(left -> !left.suffices()).isPresent()
                && partition != null
                && amount != null) {
            obstacles.add(inTheWay.poolTooSmall(partition, amount));
        }
        Optional<Integer> months = fields.months(wish, mode, faults);
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
                policyViews.remarks(policy.terms()),
                notes(wish, mode));
        return new Result(check, organisation, partition, mode, amount, unit, profile, answers);
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
                        partition == null ? Map.of() : holdings.byMode(organisation.id(), partition),
                        modes.closed(partition))
                .of(amount);
    }

    private @Nullable Mode mode(
            Wish wish, List<ModeFit> fits, @Nullable Amount amount, List<FieldFault> faults, List<Obstacle> obstacles) {
        if (wish.mode() != null && !wish.mode().isBlank()) {
            Optional<Mode> chosen = policy.mode(wish.mode());
            if (chosen.isEmpty()) {
                faults.add(new FieldFault("mode", Message.of("access.fault.mode", slugs())));
                return null;
            }
            fits.stream()
                    .filter(fit -> fit.mode().equals(wish.mode()))
                    .filter(fit -> !fit.fit().takes())
                    .forEach(fit -> obstacles.add(Obstacle.of(
                            fit.fit() == Fit.CLOSED ? ProblemType.NOT_NOW : ProblemType.AGAINST_RULES,
                            Message.joined(fit.why()))));
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
            faults.add(new FieldFault("mode", Message.of("access.fault.mode-choice", whys(offered))));
        } else {
            boolean isAllClosed = fits.stream().noneMatch(fit -> fit.fit() != Fit.UNFIT && fit.fit() != Fit.CLOSED)
                    && fits.stream().anyMatch(fit -> fit.fit() == Fit.CLOSED);
            obstacles.add(Obstacle.of(
                    isAllClosed ? ProblemType.NOT_NOW : ProblemType.AGAINST_RULES,
                    Message.of("access.fit.none", whys(fits))));
        }
        return null;
    }

    private String slugs() {
        return String.join(", ", policy.modes().stream().map(Mode::slug).toList());
    }

    private static Message whys(List<ModeFit> fits) {
        return Message.joined(fits.stream().flatMap(fit -> fit.why().stream()).toList());
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
                rule.text().said(),
                outcome == Outcome.HOLDS
                        ? Optional.empty()
                        : Optional.ofNullable(rule.advice()).map(Text::said),
                Optional.ofNullable(rule.mark()),
                policy.addresses(rule.sources()));
    }

    private static Message sentence(Finding finding) {
        return finding.advice()
                .map(advice -> Message.joined(List.of(finding.text(), advice)))
                .orElse(finding.text());
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

    private Optional<PoolLeft> pool(@Nullable Partition partition, @Nullable Amount amount) {
        if (partition == null) {
            return Optional.empty();
        }
        long free = Math.max(0, pools.balance(partition.id()).free());
        return Optional.of(new PoolLeft(partition.inAllUnits(free), amount == null || amount.value() <= free));
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
            notes.addAll(policyViews.remarks(mode.notes()));
        }
        Commercial commercial = policy.commercial();
        if (wish.isCommercial() && commercial != null && commercial.text() != null) {
            notes.add(new RemarkView(
                    commercial.text().in(words.locale()),
                    Optional.ofNullable(commercial.mostShare()).map(Figure::mark),
                    policy.addresses(commercial.sources())));
        } else {
            notes.addAll(policyViews.remarks(policy.notes()));
        }
        return notes;
    }
}
