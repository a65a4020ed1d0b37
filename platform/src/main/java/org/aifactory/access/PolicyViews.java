package org.aifactory.access;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.aifactory.access.Check.RemarkView;
import org.aifactory.access.Policy.Decider;
import org.aifactory.access.Policy.Figure;
import org.aifactory.access.Policy.Form;
import org.aifactory.access.Policy.Mode;
import org.aifactory.access.Policy.Months;
import org.aifactory.access.Policy.Otherwise;
import org.aifactory.access.Policy.Promise;
import org.aifactory.access.Policy.Question;
import org.aifactory.access.Policy.Remark;
import org.aifactory.access.Policy.Rule;
import org.aifactory.access.Policy.Text;
import org.aifactory.federation.HourUnit;
import org.aifactory.identity.OrganisationKind;
import org.springframework.stereotype.Component;

/** The policy as people and programs read it, in the language of whoever asks. */
@Component
class PolicyViews {
    private final Policy policy;
    private final Modes modes;
    private final Wording words;
    private final InstantSource clock;

    PolicyViews(Policy policy, Modes modes, Wording words, InstantSource clock) {
        this.policy = policy;
        this.modes = modes;
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

    ModesView modes() {
        return new ModesView(
                policy.version(),
                policy.zone().getId(),
                policy.modes().stream().map(this::view).toList(),
                policy.rules().stream().map(this::view).toList(),
                policy.profile().stream().map(this::view).toList(),
                remarks(policy.terms()),
                remarks(policy.notes()));
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
                remarks(mode.notes()));
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

    List<RemarkView> remarks(List<Remark> remarks) {
        return remarks.stream()
                .map(remark -> new RemarkView(
                        in(remark.text()), Optional.ofNullable(remark.mark()), policy.addresses(remark.sources())))
                .toList();
    }

    String in(Text text) {
        return text.in(words.locale());
    }
}
