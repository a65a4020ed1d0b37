package org.aifactory.access;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.access.Application.Decision;
import org.aifactory.access.Application.Project;
import org.aifactory.access.ApplicationTable.Known;
import org.aifactory.access.Check.Obstacle;
import org.aifactory.access.Checks.Result;
import org.aifactory.access.Policy.Decider;
import org.aifactory.access.Policy.Mode;
import org.aifactory.access.Wish.ProjectWish;
import org.aifactory.identity.Actor;
import org.aifactory.identity.Actor.Membership;
import org.aifactory.identity.AuditTrail;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.Organisations.Organisation;
import org.aifactory.web.Message;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Applications as those see them who apply. What needs no person is decided while it is sent. */
@Service
class Applications {
    private final ApplicationTable table;
    private final Checks checks;
    private final Profiles profiles;
    private final Decisions decisions;
    private final Locks locks;
    private final AuditTrail audit;
    private final ApplicationEventPublisher events;
    private final JsonMapper json;
    private final InstantSource clock;

    Applications(
            ApplicationTable table,
            Checks checks,
            Profiles profiles,
            Decisions decisions,
            Locks locks,
            AuditTrail audit,
            ApplicationEventPublisher events,
            JsonMapper json,
            InstantSource clock) {
        this.table = table;
        this.checks = checks;
        this.profiles = profiles;
        this.decisions = decisions;
        this.locks = locks;
        this.audit = audit;
        this.events = events;
        this.json = json;
        this.clock = clock;
    }

    /** @param isNew false for a repeat of what was sent before */
    record Sent(Application application, boolean isNew) {}

    Check check(Actor actor, Wish wish) {
        return checks.check(actor, wish).check();
    }

    /**
     * Sends an application, and decides it where the policy can. The same key with the same content is answered with what became of it.
     *
     * @throws Problem that says what is missing, which rule forbids it, or that too little is left; then nothing was recorded
     */
    @Transactional
    Sent send(Actor actor, Wish wish) {
        if (wish.organisation() != null) {
            OrganisationId organisation = new OrganisationId(wish.organisation());
            actor.requireMayChange(organisation, "organisation", organisation);
            // What an organisation has already counts against the limits; two at once would not see one another.
            locks.organisation(organisation);
            Optional<Application> known = known(organisation, wish);
            if (known.isPresent()) {
                return new Sent(known.get(), false);
            }
        }
        Result result = checks.check(actor, wish);
        requireSendable(result.check());
        Application application = add(actor, wish, result);
        if (result.check().decidedBy().filter(Decider.POLICY::equals).isPresent()) {
            decisions.grant(
                    application,
                    application.amount(),
                    application.months(),
                    new Decision(now(), Optional.empty(), Message.of("access.decision.policy")));
        } else {
            table.move(application, ApplicationState.IN_REVIEW, Optional.empty());
            record(actor, application, "application.in-review", Map.of());
            events.publishEvent(new ApplicationWaits(
                    application.id(),
                    application.organisation(),
                    application.project().title(),
                    application.promisedBy().orElse(null)));
        }
        return new Sent(require(application.id()), true);
    }

    private Optional<Application> known(OrganisationId organisation, Wish wish) {
        if (wish.key() == null) {
            return Optional.empty();
        }
        Optional<Known> known = table.withKey(organisation, wish.key());
        if (known.isPresent() && !known.get().request().equals(asSent(wish))) {
            throw Problem.of(
                    ProblemType.ALREADY_TAKEN, "access.refused.key", wish.key().toString());
        }
        return known.map(Known::application);
    }

    /** Two requests are the same where this is, in whatever order their answers stood. */
    private String asSent(Wish wish) {
        return json.writer()
                .with(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .writeValueAsString(wish);
    }

    private static void requireSendable(Check check) {
        if (!check.faults().isEmpty()) {
            throw Problem.invalid(check.faults());
        }
        if (!check.obstacles().isEmpty()) {
            Obstacle first = check.obstacles().getFirst();
            ProblemType type = List.of(ProblemType.values()).stream()
                    .filter(some -> some.slug().equals(first.problem()))
                    .findFirst()
                    .orElse(ProblemType.AGAINST_RULES);
            Map<String, Object> facts = new HashMap<>();
            facts.put("obstacles", check.obstacles());
            facts.put("modes", check.modes());
            check.pool().ifPresent(pool -> facts.put("free", pool.free()));
            throw Problem.of(
                            type,
                            Message.joined(check.obstacles().stream()
                                    .map(Obstacle::sentence)
                                    .toList()))
                    .with(facts);
        }
        if (check.mode().isEmpty()) {
            throw Problem.of(ProblemType.AGAINST_RULES, "access.refused.no-mode");
        }
    }

    private Application add(Actor actor, Wish wish, Result result) {
        Organisation organisation = Objects.requireNonNull(result.organisation());
        ProjectWish project = Objects.requireNonNull(wish.project());
        Mode mode = Objects.requireNonNull(result.mode());
        if (!wish.givenProfile().isEmpty()) {
            profiles.keep(actor, organisation, result.profile());
        }
        Application application = table.add(
                new Application(
                        ApplicationId.random(),
                        0,
                        organisation.id(),
                        actor.person(),
                        Objects.requireNonNull(result.partition()).id(),
                        mode.slug(),
                        result.check().months().orElse(mode.months().usual()),
                        Objects.requireNonNull(wish.hours()),
                        result.unit(),
                        Objects.requireNonNull(result.amount()),
                        new Project(
                                Objects.requireNonNull(project.title()).strip(),
                                Objects.requireNonNull(project.purpose()).strip()),
                        wish.isCommercial(),
                        result.answers(),
                        result.profile(),
                        result.check().findings(),
                        ApplicationState.SUBMITTED,
                        now(),
                        result.check().promisedBy(),
                        Optional.empty()),
                wish.key() == null ? UUID.randomUUID() : wish.key(),
                asSent(wish));
        record(
                actor,
                application,
                "application.submitted",
                Map.of(
                        "mode", mode.slug(),
                        "amount", application.amount().value(),
                        "unit", application.amount().unit()));
        return application;
    }

    /** Takes an application back that nobody has decided. */
    @Transactional
    Application withdraw(Actor actor, ApplicationId id) {
        Application application = lock(id);
        actor.requireMayChange(application.organisation(), "application", id);
        table.move(
                application,
                ApplicationState.WITHDRAWN,
                Optional.of(new Decision(now(), Optional.of(actor.person()), Message.of("access.decision.withdrawn"))));
        record(actor, application, "application.withdrawn", Map.of());
        return require(id);
    }

    /** @throws Problem that there is no such application, where the person may not know of it */
    Application find(Actor actor, ApplicationId id) {
        Application application = require(id);
        if (!decisions.maySee(actor, application)) {
            throw Problem.notFound("application", id);
        }
        return application;
    }

    /** Those of the person's organisations, the newest first, and so many at most. */
    List<Application> of(Actor actor, int most) {
        return table.of(
                actor.memberships().stream().map(Membership::organisation).toList(), most);
    }

    Application require(ApplicationId id) {
        return table.find(id).orElseThrow(() -> Problem.notFound("application", id));
    }

    private Application lock(ApplicationId id) {
        return table.lock(id).orElseThrow(() -> Problem.notFound("application", id));
    }

    private void record(Actor actor, Application application, String action, Map<String, ?> details) {
        audit.record(actor.person(), application.organisation(), action, application.subject(), details);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
