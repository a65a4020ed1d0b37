package org.aifactory.training;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.access.Allocation;
import org.aifactory.access.Allocations;
import org.aifactory.access.CommercialUse;
import org.aifactory.data.VersionId;
import org.aifactory.federation.Amounts;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Partitions;
import org.aifactory.federation.Pools;
import org.aifactory.federation.Reason;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.ledger.Amount;
import org.aifactory.ledger.Ledger;
import org.aifactory.ledger.LedgerException;
import org.aifactory.ledger.Posting;
import org.aifactory.ledger.Posting.Hold;
import org.aifactory.ledger.Refusal;
import org.aifactory.training.Placement.Decision;
import org.aifactory.training.RunRequest.Base;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Writes runs down. A run, its first attempt, and what the allocation keeps back for it exist together or not at all, so no more can be
 * asked for than there is, however many ask at once.
 */
@Component
class Submission {
    private static final int MOST_OF_NAME = 100;

    private final Allocations allocations;
    private final CommercialUse commercialUse;
    private final Partitions partitions;
    private final Pools pools;
    private final RunInputs inputs;
    private final Choices choices;
    private final RunTable table;
    private final AttemptTable attempts;
    private final RemainsTable remains;
    private final Residency residency;
    private final ContainerImages images;
    private final PlacementTable placements;
    private final Ledger ledger;
    private final AuditTrail audit;
    private final Conductor conductor;
    private final TrainingSettings settings;
    private final TransactionTemplate transaction;
    private final InstantSource clock;

    Submission(
            Allocations allocations,
            CommercialUse commercialUse,
            Partitions partitions,
            Pools pools,
            RunInputs inputs,
            Choices choices,
            RunTable table,
            AttemptTable attempts,
            RemainsTable remains,
            Residency residency,
            ContainerImages images,
            PlacementTable placements,
            Ledger ledger,
            AuditTrail audit,
            Conductor conductor,
            TrainingSettings settings,
            TransactionTemplate transaction,
            InstantSource clock) {
        this.allocations = allocations;
        this.commercialUse = commercialUse;
        this.partitions = partitions;
        this.pools = pools;
        this.inputs = inputs;
        this.choices = choices;
        this.table = table;
        this.attempts = attempts;
        this.remains = remains;
        this.residency = residency;
        this.images = images;
        this.placements = placements;
        this.ledger = ledger;
        this.audit = audit;
        this.conductor = conductor;
        this.settings = settings;
        this.transaction = transaction;
        this.clock = clock;
    }

    Run submit(Actor actor, RunRequest request) {
        return submit(actor, request, request.digest(), Optional.empty());
    }

    /**
     * @param asked the digest of what was asked for at first
     * @param decision that it goes where it goes; empty where the person said so
     */
    Run submit(Actor actor, RunRequest request, String asked, Optional<Decision> decision) {
        Optional<Run> known = known(actor, request.key(), asked);
        if (known.isPresent()) {
            return known.get();
        }
        Ready ready = ready(actor, request);
        return write(actor, ready, request.secrets(), request.key(), asked, decision);
    }

    /** All that {@link #submit} asks, without writing anything down. */
    void rehearse(Actor actor, RunRequest request) {
        Ready ready = ready(actor, request);
        requireEnough(ready.allocation(), ready.run());
    }

    /** The run that was asked for by this key already; empty where there is none. */
    Optional<Run> known(Actor actor, RunRequest request) {
        return known(actor, request.key(), request.digest());
    }

    /** A run that could be written down. */
    private record Ready(Allocation allocation, Run run, Settings chosen) {}

    private Ready ready(Actor actor, RunRequest request) {
        if (request.recipe() == Recipe.SERVE) {
            throw Problem.invalid("recipe", "training.fault.serve");
        }
        Allocation allocation = allocations.requireUsable(actor, request.allocation());
        Partition partition = partitions.requireOpen(allocation.partition());
        inputs.requireDataset(actor, allocation.organisation(), request);
        residency.require(allocation.organisation(), request.dataset(), partition);
        residency.require(allocation.organisation(), request.base().flatMap(RunRequest.Base::versionId), partition);
        Settings chosen = choices.settings(request, inputs.folder(actor, allocation.organisation(), request));
        Run run = run(
                actor,
                allocation,
                request.project(),
                request.recipe(),
                request.name().orElseGet(() -> defaultName(request)),
                request.dataset(),
                request.base(),
                choices.resources(request, partition));
        choices.requireAllowed(run, partition);
        images.require(request.recipe(), request.image(), request.dataset(), partition);
        return new Ready(allocation, run, chosen);
    }

    Run submitServing(Actor actor, ServingRequest request) {
        String asked = request.digest();
        Optional<Run> known = known(actor, request.key(), asked);
        if (known.isPresent()) {
            return known.get();
        }
        Allocation allocation = allocations.requireUsable(actor, request.allocation());
        Partition partition = partitions.requireOpen(allocation.partition());
        residency.require(allocation.organisation(), Optional.empty(), partition);
        Run run = run(
                actor,
                allocation,
                request.project(),
                Recipe.SERVE,
                request.name(),
                Optional.empty(),
                Optional.of(new Base.OfModel(request.model())),
                choices.resources(request, partition));
        choices.requireAllowed(run, partition);
        Settings chosen =
                new Settings(null, null, 1, null, request.folder().toString(), request.environment(), false, null);
        return write(
                actor, new Ready(allocation, run, chosen), request.secrets(), request.key(), asked, Optional.empty());
    }

    private Run run(
            Actor actor,
            Allocation allocation,
            Optional<String> project,
            Recipe recipe,
            String name,
            Optional<VersionId> dataset,
            Optional<Base> base,
            Resources resources) {
        return new Run(
                RunId.random(),
                allocation.organisation(),
                actor.person(),
                allocation.id(),
                allocation.partition(),
                limited("project", project.orElse(allocation.project())),
                recipe,
                limited("name", name),
                dataset,
                base.flatMap(Base::modelId),
                base.flatMap(Base::versionId),
                resources,
                RunState.WAITING,
                now(),
                Optional.empty(),
                Optional.empty(),
                Reason.of(Reason.Kind.STARTING),
                0,
                1);
    }

    /** Another attempt at a run that has ended, from its last checkpoint where it left one. */
    Run resume(Actor actor, RunId id, Map<String, String> secrets) {
        Run before = table.find(id).orElseThrow(() -> Problem.notFound("run", id));
        actor.requireMayChange(before.organisation(), "run", id);
        requireResumable(before);
        choices.requireVariables("secrets", secrets);
        Allocation allocation = allocations.requireUsable(actor, before.allocation());
        Partition partition = partitions.requireOpen(allocation.partition());
        residency.require(before.organisation(), before.dataset(), partition);
        residency.require(before.organisation(), before.baseVersion(), partition);
        choices.requireAllowed(before, partition);
        images.require(before.recipe(), Optional.ofNullable(table.settings(id).image()), before.dataset(), partition);
        transaction.executeWithoutResult(status -> {
            Run run = table.lock(id).orElseThrow();
            requireResumable(run);
            Attempt attempt = attempt(run, run.attempts() + 1, partition, continues(run, table.settings(id), secrets));
            remains.begin(id);
            attempts.insert(attempt, secrets, now());
            table.set(id, RunState.WAITING, Reason.of(Reason.Kind.STARTING));
            inputs.use(run);
            audit.record(
                    actor.person(),
                    run.organisation(),
                    "run.resumed",
                    run.subject(),
                    Map.of("attempt", attempt.number(), "held", attempt.held(), "unit", partition.unit()));
            hold(actor, allocation, run, attempt, partition);
        });
        conductor.nudge();
        return table.find(id).orElseThrow();
    }

    private static void requireResumable(Run run) {
        if (!run.state().mayResume() || run.recipe() == Recipe.SERVE) {
            throw Problem.of(
                    ProblemType.NOT_NOW,
                    run.state().hasEnded() ? "training.refused.finished" : "training.refused.not-ended");
        }
    }

    private Optional<Run> known(Actor actor, Optional<UUID> key, String asked) {
        return key.flatMap(word -> table.asked(actor.person(), word)).map(known -> {
            if (!known.request().equals(asked)) {
                throw Problem.of(ProblemType.ALREADY_TAKEN, "training.refused.key");
            }
            Run run = table.find(known.run()).orElseThrow();
            actor.requireMaySee(run.organisation(), "run", run.id());
            return run;
        });
    }

    private Run write(
            Actor actor,
            Ready ready,
            Map<String, String> secrets,
            Optional<UUID> key,
            String asked,
            Optional<Decision> decision) {
        Run run = ready.run();
        requireEnough(ready.allocation(), run);
        try {
            transaction.executeWithoutResult(status -> write(actor, ready, secrets, key, asked, decision, now()));
        } catch (DuplicateKeyException sameKey) {
            // The same request came twice at once; the other was first.
            return known(actor, key, asked).orElseThrow(() -> sameKey);
        }
        conductor.nudge();
        return run;
    }

    private void write(
            Actor actor,
            Ready ready,
            Map<String, String> secrets,
            Optional<UUID> key,
            String asked,
            Optional<Decision> decision,
            Instant now) {
        Run run = ready.run();
        Partition partition = partitions.require(run.partition());
        Attempt attempt = attempt(run, 1, partition, continues(run, ready.chosen(), secrets));
        table.insert(run, ready.chosen(), key, asked);
        attempts.insert(attempt, secrets, now);
        decision.ifPresent(why -> placements.insert(run.id(), why));
        inputs.use(run);
        audit.record(
                actor.person(),
                run.organisation(),
                "run.submitted",
                run.subject(),
                Map.of(
                        "recipe", run.recipe(),
                        "allocation", run.allocation(),
                        "held", attempt.held(),
                        "unit", partition.unit()));
        // Last, because from here on others who want the same allocation wait.
        hold(actor, ready.allocation(), run, attempt, partition);
    }

    /** Where secrets are gone as soon as they were told, nothing can follow by itself. */
    private static boolean continues(Run run, Settings chosen, Map<String, String> secrets) {
        return secrets.isEmpty() && (chosen.continues() == null ? run.recipe().makesModel() : chosen.continues());
    }

    private Attempt attempt(Run run, int number, Partition partition, boolean continues) {
        Resources resources = run.resources();
        long held = Math.multiplyExact(resources.wallTime().toSeconds(), (long) resources.rate(partition));
        // It may wait first, and then run.
        Instant expires =
                now().plus(settings.waitAtMost()).plus(resources.wallTime()).plus(Attempt.SETTLED_WITHIN);
        return new Attempt(
                run.id(),
                number,
                held,
                expires,
                Attempt.Stage.WAITING,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                continues,
                0);
    }

    private void hold(Actor actor, Allocation allocation, Run run, Attempt attempt, Partition partition) {
        Hold hold = new Hold(
                attempt.hold(),
                allocation.account(),
                pools.usedAccount(partition.id()),
                new Amount(attempt.held(), partition.unit()),
                attempt.expires(),
                "At most for run " + run.id() + ", attempt " + attempt.number());
        allocations.requireUsable(actor, allocation.id());
        allocations.commit(allocation, actor.person(), run.project(), hold);
        List<Posting> holds = new ArrayList<>(List.of(hold));
        commercialUse.hold(allocation, attempt.euroHold(), hold).ifPresent(holds::add);
        try {
            ledger.post(holds);
        } catch (LedgerException refused) {
            throw problem(refused, allocation, hold);
        }
    }

    /** Asked before anything is written, so that who cannot have it waits for nobody; the ledger has the last word. */
    private void requireEnough(Allocation allocation, Run run) {
        Partition partition = partitions.require(run.partition());
        Amount asked = new Amount(attempt(run, 1, partition, false).held(), partition.unit());
        if (allocations.balance(allocation.id()).free() < asked.value()) {
            throw notEnough(allocation, asked);
        }
    }

    private Problem problem(LedgerException refused, Allocation allocation, Hold hold) {
        return refused.refusal() == Refusal.NOT_ENOUGH
                ? notEnough(allocation, hold.amount())
                : Problem.of(ProblemType.AGAINST_RULES, String.valueOf(refused.getMessage()));
    }

    private Problem notEnough(Allocation allocation, Amount asked) {
        long free = allocations.balance(allocation.id()).free();
        return Problem.of(
                        ProblemType.NOT_ENOUGH_LEFT,
                        "training.refused.not-enough",
                        Amounts.inWords(asked),
                        allocation.project(),
                        Amounts.inWords(new Amount(Math.max(0, free), asked.unit())))
                .with(Map.of("asked", asked.value(), "free", free, "unit", asked.unit()));
    }

    private static String limited(String field, String wish) {
        String word = wish.strip();
        if (word.isEmpty() || word.length() > 2 * MOST_OF_NAME || word.chars().anyMatch(Character::isISOControl)) {
            throw Problem.invalid(field, "training.fault.line", 2 * MOST_OF_NAME);
        }
        return word;
    }

    private String defaultName(RunRequest request) {
        String what = request.recipe().slug();
        String name = request.dataset()
                .map(version -> inputs.nameOf(version) + ", " + what)
                .orElse(what);
        return name.substring(0, Math.min(MOST_OF_NAME, name.length()));
    }

    /** As exact as the database keeps it. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
