package org.aifactory.programme;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.ledger.AccountId;
import org.aifactory.programme.Money.Funder;
import org.aifactory.web.Problem;
import org.aifactory.web.Problem.FieldFault;
import org.aifactory.web.ProblemType;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Calls, as the programme office writes and publishes them. */
@Service
class Calls {
    private final CallTable table;
    private final Countries countries;
    private final Money money;
    private final AuditTrail audit;
    private final InstantSource clock;

    Calls(CallTable table, Countries countries, Money money, AuditTrail audit, InstantSource clock) {
        this.table = table;
        this.countries = countries;
        this.money = money;
        this.audit = audit;
        this.clock = clock;
    }

    /** Those that are published; for the office those that are being written as well. The latest first. */
    List<Call> all(Optional<Actor> actor) {
        return table.all().stream().filter(call -> maySee(actor, call)).toList();
    }

    /** @throws Problem that there is no such call, where the person may not know of it */
    Call named(Optional<Actor> actor, String slug) {
        return table.named(slug).filter(call -> maySee(actor, call)).orElseThrow(() -> Problem.notFound("call", slug));
    }

    Call require(CallId id) {
        return table.find(id).orElseThrow(() -> Problem.notFound("call", id));
    }

    /** The same, locked until the transaction ends: no panel is opened or decided meanwhile. */
    Call hold(CallId id) {
        return table.lock(require(id).slug()).orElseThrow(() -> Problem.notFound("call", id));
    }

    /** The cut-off to which what is submitted now would belong. */
    Optional<Instant> next(Call call) {
        return call.definition().cutOffFor(clock.instant());
    }

    private static boolean maySee(Optional<Actor> actor, Call call) {
        return call.isPublished() || actor.filter(Actor::isProgrammeOfficer).isPresent();
    }

    /** Begins a call; what it lacks is asked for when it is published. */
    @Transactional
    Call write(Actor actor, String slug, CallKind kind, CallDefinition definition) {
        requireOfficer(actor);
        if (!CallRules.SLUG.matcher(slug).matches()) {
            throw Problem.invalid("slug", "programme.fault.id");
        }
        requireForm(definition);
        Call call = new Call(CallId.random(), slug, kind, false, 1, definition, Optional.empty(), false);
        if (!table.add(call, actor.person(), now())) {
            throw Problem.of(ProblemType.ALREADY_TAKEN, "programme.refused.slug", slug);
        }
        record(actor, call, "call.written", Map.of("slug", slug));
        return require(call.id());
    }

    /**
     * Changes a call that is not published.
     *
     * @param version that the person has read
     */
    @Transactional
    Call change(Actor actor, String slug, int version, CallKind kind, CallDefinition definition) {
        Call call = lock(actor, slug);
        requireDraft(call);
        requireVersion(call, version);
        requireForm(definition);
        table.change(call, kind, definition);
        record(actor, call, "call.changed", Map.of("version", version + 1));
        return require(call.id());
    }

    /**
     * Publishes a call, and books what it has to give. From now on it stays as it is.
     *
     * @throws Problem that says at each field what is wrong
     */
    @Transactional
    Call publish(Actor actor, String slug, int version) {
        Call call = lock(actor, slug);
        if (call.isPublished() && call.version() == version) {
            return call;
        }
        requireDraft(call);
        requireVersion(call, version);
        Instant now = now();
        List<FieldFault> faults = CallRules.faults(call.definition(), countries, now);
        if (!faults.isEmpty()) {
            throw Problem.invalid(faults);
        }
        long budget = Objects.requireNonNull(call.definition().budgetCents());
        AccountId account = money.open("Call " + slug);
        money.post(List.of(money.from(Funder.UNION, account, budget, "Budget of the call " + slug)));
        table.publish(call, account, now);
        record(actor, call, "call.published", Map.of("budget", budget));
        return require(call.id());
    }

    /** What keeps a call from being published now, at each field. */
    List<FieldFault> faults(Call call) {
        return CallRules.faults(call.definition(), countries, now());
    }

    private void requireForm(CallDefinition definition) {
        List<FieldFault> faults = CallRules.faultsOfForm(definition, countries, now());
        if (!faults.isEmpty()) {
            throw Problem.invalid(faults);
        }
    }

    private Call lock(Actor actor, String slug) {
        requireOfficer(actor);
        return table.lock(slug).orElseThrow(() -> Problem.notFound("call", slug));
    }

    private static void requireDraft(Call call) {
        if (call.isPublished()) {
            throw Problem.of(ProblemType.NOT_NOW, "programme.refused.published");
        }
    }

    private static void requireVersion(Call call, int version) {
        if (call.version() != version) {
            throw Problem.of(ProblemType.CHANGED_MEANWHILE, "programme.refused.call-changed", call.version())
                    .with(Map.of("version", call.version()));
        }
    }

    static void requireOfficer(Actor actor) {
        if (!actor.isProgrammeOfficer()) {
            throw Problem.of(ProblemType.NOT_ALLOWED, "programme.refused.officer");
        }
    }

    private void record(Actor actor, Call call, String action, Map<String, ?> details) {
        audit.record(actor.person(), null, action, call.subject(), details);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
