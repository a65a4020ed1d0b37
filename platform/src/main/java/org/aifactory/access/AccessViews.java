package org.aifactory.access;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.aifactory.access.Application.Decision;
import org.aifactory.access.Application.Project;
import org.aifactory.access.Policy.Mode;
import org.aifactory.access.Policy.Question;
import org.aifactory.access.PolicyViews.QuestionView;
import org.aifactory.federation.HourUnit;
import org.aifactory.federation.Partition;
import org.aifactory.federation.PartitionId;
import org.aifactory.federation.Partitions;
import org.aifactory.identity.Actor;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.OrganisationKind;
import org.aifactory.identity.Organisations;
import org.aifactory.identity.Organisations.Organisation;
import org.aifactory.ledger.Balance;
import org.aifactory.ledger.Unit;
import org.aifactory.web.Message;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Applications and profiles as people and programs read them, in the language of whoever asks. */
@Component
class AccessViews {
    private final Policy policy;
    private final PolicyViews policyViews;
    private final Profiles profiles;
    private final Organisations organisations;
    private final Partitions partitions;
    private final Decisions decisions;
    private final JdbcClient jdbc;
    private final InstantSource clock;

    AccessViews(
            Policy policy,
            PolicyViews policyViews,
            Profiles profiles,
            Organisations organisations,
            Partitions partitions,
            Decisions decisions,
            JdbcClient jdbc,
            InstantSource clock) {
        this.policy = policy;
        this.policyViews = policyViews;
        this.profiles = profiles;
        this.organisations = organisations;
        this.partitions = partitions;
        this.decisions = decisions;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** @param complete whether everything that applications need is answered */
    record ProfileView(
            OrganisationId organisation,
            String name,
            OrganisationKind kind,
            String country,
            Map<String, Object> answers,
            boolean complete,
            List<QuestionView> questions) {}

    /**
     * @param reference as people say it: {@code AIF-P-17}
     * @param allocation what was granted
     * @param mayDecide whether the decision is yours to make
     */
    record ApplicationView(
            ApplicationId id,
            String reference,
            OrganisationId organisation,
            String organisationName,
            PartitionView partition,
            String mode,
            String modeName,
            int months,
            BigDecimal hours,
            HourUnit unit,
            Map<HourUnit, BigDecimal> asked,
            Project project,
            boolean commercial,
            Map<String, Object> answers,
            Map<String, Object> profile,
            List<Finding> findings,
            ApplicationState state,
            Instant submitted,
            Optional<Instant> promisedBy,
            ClockView clock,
            Optional<DecisionView> decision,
            Optional<AllocationId> allocation,
            boolean mayDecide) {}

    /** @param unit in which time on it is granted */
    record PartitionView(PartitionId id, String slug, String name, HourUnit unit) {}

    /** @param by POLICY, or PERSON */
    record DecisionView(ApplicationState outcome, Instant at, String by, Message reason) {}

    /**
     * The clock against the promise.
     *
     * @param workingDaysLeft negative for those by which it is late; empty where it is decided or nothing is promised
     */
    record ClockView(ClockState state, Optional<Integer> workingDaysLeft) {}

    enum ClockState {
        RUNNING,
        LATE,
        KEPT,
        BROKEN,
        NOTHING_PROMISED;

        /** As it stands in keys of messages. */
        public String slug() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** What an account has: in the ledger's unit, and in hours of every unit of the partition. */
    record BalanceView(Unit unit, long granted, long held, long spent, long free) {
        static BalanceView of(Balance balance) {
            return new BalanceView(balance.unit(), balance.granted(), balance.held(), balance.spent(), balance.free());
        }
    }

    ProfileView profile(Organisation organisation) {
        List<Question> asked = policy.profile().stream()
                .filter(question -> question.isAskedOf(organisation.kind()))
                .toList();
        Map<String, Object> answers = profiles.answers(organisation.id());
        return new ProfileView(
                organisation.id(),
                organisation.name(),
                organisation.kind(),
                organisation.country(),
                answers,
                asked.stream().allMatch(question -> !question.required() || answers.containsKey(question.id())),
                asked.stream().map(policyViews::view).toList());
    }

    ApplicationView application(Actor actor, Application application) {
        Partition partition = partitions.require(application.partition());
        return new ApplicationView(
                application.id(),
                reference(application),
                application.organisation(),
                nameOf(application.organisation()),
                view(partition),
                application.mode(),
                policyViews.in(policy.nameOf(application.mode())),
                application.months(),
                application.hours(),
                application.unit(),
                partition.inAllUnits(application.amount().value()),
                application.project(),
                application.commercial(),
                application.answers(),
                application.profile(),
                application.findings(),
                application.state(),
                application.submitted(),
                application.promisedBy(),
                clock(application.promisedBy(), application.decision()),
                application
                        .decision()
                        .map(decision -> new DecisionView(
                                application.state(),
                                decision.at(),
                                decision.by().isPresent() ? "PERSON" : "POLICY",
                                decision.reason())),
                allocationOf(application.id()),
                !application.state().isDecided() && decisions.mayDecide(actor, application));
    }

    PartitionView view(Partition partition) {
        return new PartitionView(
                partition.id(),
                partition.slug(),
                partition.name(),
                partition.kind().hours());
    }

    String reference(Application application) {
        return "AIF-" + policy.mode(application.mode()).map(Mode::letter).orElse("X") + "-" + application.number();
    }

    ClockView clock(Optional<Instant> promisedBy, Optional<Decision> decision) {
        if (promisedBy.isEmpty()) {
            return new ClockView(ClockState.NOTHING_PROMISED, Optional.empty());
        }
        if (decision.isPresent()) {
            return new ClockView(
                    decision.get().at().isAfter(promisedBy.get()) ? ClockState.BROKEN : ClockState.KEPT,
                    Optional.empty());
        }
        Instant now = clock.instant();
        return new ClockView(
                now.isAfter(promisedBy.get()) ? ClockState.LATE : ClockState.RUNNING,
                Optional.of(WorkingDays.of(policy).between(now, promisedBy.get())));
    }

    String nameOf(OrganisationId organisation) {
        return organisations.find(organisation).map(Organisation::name).orElse("");
    }

    private Optional<AllocationId> allocationOf(ApplicationId application) {
        return jdbc.sql("select id from access.allocation where application = :application")
                .param("application", application.value())
                .query(java.util.UUID.class)
                .optional()
                .map(AllocationId::new);
    }
}
