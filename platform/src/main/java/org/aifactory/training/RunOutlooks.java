package org.aifactory.training;

import static java.util.stream.Collectors.toSet;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.aifactory.access.Allocation;
import org.aifactory.access.AllocationId;
import org.aifactory.access.Allocations;
import org.aifactory.federation.Connectors;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.federation.Outlook;
import org.aifactory.federation.Partitions;
import org.aifactory.identity.Actor;
import org.aifactory.identity.PersonId;
import org.aifactory.training.Attempt.Stage;
import org.aifactory.training.Correction.Forecast;
import org.aifactory.training.Placement.Decision;
import org.aifactory.training.Placement.Judged;
import org.aifactory.training.RunOutlook.Waiting;
import org.aifactory.training.RunRequest.Base;
import org.aifactory.web.Message;
import org.aifactory.web.Problem;
import org.springframework.stereotype.Component;

/** Looks at runs that wait: when each begins, and where it would sooner. */
@Component
class RunOutlooks {
    /** A page asks again and again; machines are asked for others once in a while. */
    private static final Duration FRESH = Duration.ofSeconds(20);

    private static final int MOST_KEPT = 1000;
    /** Sooner by less is not worth a word. */
    private static final Duration WORTH_A_WORD = Duration.ofMinutes(1);

    private final RunTable table;
    private final AttemptTable attempts;
    private final Runs runs;
    private final PlacementTable kept;
    private final Placements placements;
    private final Forecasts forecasts;
    private final Allocations allocations;
    private final Partitions partitions;
    private final Connectors connectors;
    private final InstantSource clock;
    private final LinkedHashMap<Key, Decision> others = new LinkedHashMap<>();

    RunOutlooks(
            RunTable table,
            AttemptTable attempts,
            Runs runs,
            PlacementTable kept,
            Placements placements,
            Forecasts forecasts,
            Allocations allocations,
            Partitions partitions,
            Connectors connectors,
            InstantSource clock) {
        this.table = table;
        this.attempts = attempts;
        this.runs = runs;
        this.kept = kept;
        this.placements = placements;
        this.forecasts = forecasts;
        this.allocations = allocations;
        this.partitions = partitions;
        this.connectors = connectors;
        this.clock = clock;
    }

    /** Everybody has allocations of their own. */
    private record Key(PersonId person, RunId run) {}

    /** @param run that the person may see */
    RunOutlook of(Actor actor, Run run) {
        Optional<Decision> decided = kept.of(run.id());
        Optional<PlacementView> view = decided.map(decision -> PlacementView.of(visible(actor, decision)));
        if (run.state() != RunState.WAITING && run.state() != RunState.QUEUED) {
            return new RunOutlook(view, Optional.empty(), List.of());
        }
        Waiting waiting = waiting(run);
        return new RunOutlook(
                view,
                Optional.of(waiting),
                waiting.begin().map(begin -> sooner(actor, run, decided, begin)).orElse(List.of()));
    }

    /** Who submitted the run may have had allocations of other organisations too, of which its other members learn nothing. */
    private Decision visible(Actor actor, Decision decision) {
        Set<AllocationId> seen =
                allocations.of(actor).stream().map(Allocation::id).collect(toSet());
        List<Judged> candidates = decision.candidates().stream()
                .filter(one -> seen.contains(one.candidate().allocation()))
                .toList();
        return candidates.size() == decision.candidates().size()
                ? decision
                : new Decision(
                        decision.at(), decision.rules(), candidates, Message.of("training.placement.why.submitter"));
    }

    private Waiting waiting(Run run) {
        Instant now = clock.instant();
        Attempt attempt = attempts.last(run.id()).orElseThrow();
        Optional<Outlook> outlook = attempt.stage() == Stage.SUBMITTED ? outlook(run, attempt) : Optional.empty();
        Correction correction = forecasts.correction(run.partition());
        Optional<Forecast> forecast = outlook.flatMap(Outlook::start)
                .map(start -> Duration.between(now, start))
                .map(wait -> correction.apply(wait.isNegative() ? Duration.ZERO : wait));
        return new Waiting(
                outlook.map(Outlook::before),
                forecast.map(wait -> now.plus(wait.earliest())),
                forecast.map(wait -> now.plus(wait.likely())),
                forecast.map(wait -> now.plus(wait.latest())),
                correction.known(),
                runs.reason(run).words());
    }

    private Optional<Outlook> outlook(Run run, Attempt attempt) {
        try {
            return connectors.of(partitions.require(run.partition()).machine()).outlook(attempt.job());
        } catch (MachineUnavailable away) {
            return Optional.empty();
        }
    }

    private List<PlacementView.Place> sooner(Actor actor, Run run, Optional<Decision> decided, Instant begin) {
        if (!actor.mayChange(run.organisation()) || run.recipe() == Recipe.SERVE) {
            return List.of();
        }
        Decision now;
        try {
            now = others(actor, run, decided);
        } catch (Problem cannotSay) {
            return List.of();
        }
        return now.candidates().stream()
                .filter(Judged::isEligible)
                .filter(one -> !one.candidate().partition().equals(run.partition()))
                .map(one -> PlacementView.place(one, now.at(), false))
                .filter(place -> place.begin()
                        .filter(other -> other.plus(WORTH_A_WORD).isBefore(begin))
                        .isPresent())
                .toList();
    }

    private Decision others(Actor actor, Run run, Optional<Decision> decided) {
        Key key = new Key(actor.person(), run.id());
        synchronized (others) {
            Decision known = others.get(key);
            if (known != null
                    && Duration.between(known.at(), clock.instant()).abs().compareTo(FRESH) < 0) {
                return known;
            }
        }
        Decision now = placements.look(actor, again(run, decided));
        synchronized (others) {
            others.remove(key);
            others.put(key, now);
            if (others.size() > MOST_KEPT) {
                others.pollFirstEntry();
            }
        }
        return now;
    }

    /** What was asked for, as far as it decides where it goes. */
    private RunRequest again(Run run, Optional<Decision> decided) {
        Settings settings = table.settings(run.id());
        Resources resources = run.resources();
        double minutes = run.recipe() == Recipe.COMMAND
                ? resources.wallTime().toSeconds() / 60.0
                : Optional.ofNullable(settings.minutes()).orElse(0.0);
        return new RunRequest(
                new Where.Anywhere(decided.map(Decision::rules).orElse(PlacementRules.NONE)),
                run.recipe(),
                Optional.of(run.name()),
                Optional.of(run.project()),
                run.dataset(),
                Optional.of(minutes).filter(asked -> asked > 0),
                Optional.ofNullable(settings.steps()),
                Optional.of(resources.nodes()),
                Optional.of(resources.cores()),
                Optional.of(resources.gpus()).filter(gpus -> gpus > 0),
                Optional.of(resources.memoryBytes()),
                run.base()
                        .<Base>map(Base.OfModel::new)
                        .or(() -> run.baseVersion().map(Base.OfVersion::new)),
                Optional.ofNullable(settings.command()),
                Optional.ofNullable(settings.image()),
                settings.environment(),
                Map.of(),
                Optional.of(settings.seed()),
                Optional.empty(),
                Optional.empty());
    }
}
