package org.aifactory.access;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.aifactory.access.Application.Decision;
import org.aifactory.access.Application.Project;
import org.aifactory.access.Check.RemarkView;
import org.aifactory.access.Policy.Decider;
import org.aifactory.access.Policy.Figure;
import org.aifactory.access.Policy.Form;
import org.aifactory.access.Policy.Mode;
import org.aifactory.access.Policy.Months;
import org.aifactory.access.Policy.Otherwise;
import org.aifactory.access.Policy.Promise;
import org.aifactory.access.Policy.Question;
import org.aifactory.access.Policy.Rule;
import org.aifactory.access.Policy.Text;
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
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Access as people and programs read it, in the language of whoever asks. */
@Component
class AccessViews {
    private final Policy policy;
    private final Checks checks;
    private final Modes modes;
    private final Profiles profiles;
    private final Organisations organisations;
    private final Partitions partitions;
    private final Applications applications;
    private final JdbcClient jdbc;
    private final Wording words;
    private final InstantSource clock;

    AccessViews(
            Policy policy,
            Checks checks,
            Modes modes,
            Profiles profiles,
            Organisations organisations,
            Partitions partitions,
            Applications applications,
            JdbcClient jdbc,
            Wording words,
            InstantSource clock) {
        this.policy = policy;
        this.checks = checks;
        this.modes = modes;
        this.profiles = profiles;
        this.organisations = organisations;
        this.partitions = partitions;
        this.applications = applications;
        this.jdbc = jdbc;
        this.words = words;
        this.clock = clock;
    }

    /** @param version of the policy */
    record ModesView(
            String version,
            String zone,
            List<ModeView> modes,
            List<RuleView> rules,
            List<QuestionView> profile,
            List<RemarkView> terms,
            List<RemarkView> notes) {}

    /** @param closed why it takes no applications now; empty where it does, or is closed on some partitions only */
    record ModeView(
            String slug,
            String name,
            String summary,
            Set<OrganisationKind> kinds,
            boolean open,
            Optional<String> closed,
            Decider decidedBy,
            Optional<PromiseView> promise,
            Map<HourUnit, LimitView> limits,
            MonthsView months,
            List<String> byMachine,
            List<String> byPeople,
            List<QuestionView> questions,
            List<RemarkView> notes) {}

    /** @param by when an application of this moment would be answered; empty where the next cut-off is not known */
    record PromiseView(
            Optional<Integer> workingDays,
            Optional<Integer> months,
            boolean afterCutOff,
            Optional<Instant> by,
            Optional<Ground> mark,
            List<String> sources) {}

    record LimitView(Optional<FigureView> above, Optional<FigureView> upTo) {}

    record FigureView(BigDecimal value, Optional<Ground> mark, List<String> sources) {}

    record MonthsView(List<Integer> choices, int usual, Optional<Ground> mark, List<String> sources) {}

    record RuleView(
            String id,
            Set<String> modes,
            String text,
            Otherwise otherwise,
            Optional<Ground> mark,
            List<String> sources) {}

    record QuestionView(
            String id,
            Form form,
            boolean required,
            Optional<BigDecimal> atLeast,
            Optional<BigDecimal> atMost,
            List<ChoiceView> choices,
            String text,
            String why) {}

    record ChoiceView(String value, String text) {}

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
    record DecisionView(ApplicationState outcome, Instant at, String by, String reason) {}

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

    ModesView modes() {
        return new ModesView(
                policy.version(),
                policy.zone().getId(),
                policy.modes().stream().map(this::view).toList(),
                policy.rules().stream().map(this::view).toList(),
                policy.profile().stream().map(this::view).toList(),
                checks.remarks(policy.terms()),
                checks.remarks(policy.notes()));
    }

    ModeView mode(String slug) {
        return view(policy.mode(slug).orElseThrow());
    }

    private ModeView view(Mode mode) {
        Optional<String> closed = Optional.ofNullable(modes.closed(null).get(mode.slug()));
        Map<HourUnit, LimitView> limits = new LinkedHashMap<>();
        mode.limits()
                .forEach((unit, limit) -> limits.put(
                        unit,
                        new LimitView(
                                Optional.ofNullable(limit.above()).map(this::view),
                                Optional.ofNullable(limit.upTo()).map(this::view))));
        return new ModeView(
                mode.slug(),
                in(mode.name()),
                in(mode.summary()),
                mode.kinds(),
                mode.isOpen() && closed.isEmpty(),
                closed,
                mode.decidedBy(),
                Optional.ofNullable(mode.promise()).map(this::view),
                limits,
                view(mode.months()),
                mode.byMachine().stream().map(this::in).toList(),
                mode.byPeople().stream().map(this::in).toList(),
                mode.questions().stream().map(this::view).toList(),
                checks.remarks(mode.notes()));
    }

    private PromiseView view(Promise promise) {
        return new PromiseView(
                Optional.ofNullable(promise.workingDays()),
                Optional.ofNullable(promise.months()),
                promise.cutOffs() != null,
                WorkingDays.of(policy).promisedBy(promise, clock.instant()),
                Optional.ofNullable(promise.mark()),
                policy.addresses(promise.sources()));
    }

    private FigureView view(Figure figure) {
        return new FigureView(figure.value(), Optional.ofNullable(figure.mark()), policy.addresses(figure.sources()));
    }

    private MonthsView view(Months months) {
        return new MonthsView(
                months.choices(),
                months.usual(),
                Optional.ofNullable(months.mark()),
                policy.addresses(months.sources()));
    }

    private RuleView view(Rule rule) {
        return new RuleView(
                rule.id(),
                rule.modes(),
                in(rule.text()),
                rule.otherwise(),
                Optional.ofNullable(rule.mark()),
                policy.addresses(rule.sources()));
    }

    QuestionView view(Question question) {
        return new QuestionView(
                question.id(),
                question.form(),
                question.required(),
                Optional.ofNullable(question.atLeast()),
                Optional.ofNullable(question.atMost()),
                question.choices().stream()
                        .map(choice -> new ChoiceView(choice.value(), in(choice.text())))
                        .toList(),
                in(question.text()),
                in(question.why()));
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
                asked.stream().map(this::view).toList());
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
                in(policy.nameOf(application.mode())),
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
                !application.state().isDecided() && applications.mayDecide(actor, application));
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

    String in(Text text) {
        return text.in(words.locale());
    }
}
