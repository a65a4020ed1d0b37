package org.aifactory.cofunding;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.cofunding.Following.MadeModel;
import org.aifactory.cofunding.Following.Step;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Partitions;
import org.aifactory.federation.Pools;
import org.aifactory.federation.Pools.Source;
import org.aifactory.identity.Actor;
import org.aifactory.ledger.Amount;
import org.aifactory.ledger.Unit;
import org.aifactory.models.Model;
import org.aifactory.models.ModelId;
import org.aifactory.models.Models;
import org.aifactory.training.RunId;
import org.aifactory.training.Runs;
import org.aifactory.web.Problem;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Whose time became what, for those who may know. */
@Service
class Trails {
    private final Following following;
    private final HourCosts costs;
    private final Partitions partitions;
    private final Pools pools;
    private final Runs runs;
    private final Models models;

    Trails(Following following, HourCosts costs, Partitions partitions, Pools pools, Runs runs, Models models) {
        this.following = following;
        this.costs = costs;
        this.partitions = partitions;
        this.pools = pools;
        this.runs = runs;
        this.models = models;
    }

    /**
     * A run that took a funder's time.
     *
     * @param number grows; to read on, ask for those before the last one seen
     * @param organisation whose it is; for the office alone
     * @param model what it made
     * @param part what of it is the funder's
     */
    record RunLine(
            long number,
            RunId run,
            @Nullable String organisation,
            @Nullable MadeModel model,
            String factory,
            String partition,
            int year,
            Unit unit,
            Followed.Part part) {}

    /**
     * The runs that took a funder's time, the newest first: for the office all, for everybody else those whose model is public.
     *
     * @throws Problem where there is no such funder
     */
    List<RunLine> runs(
            Optional<Actor> actor,
            String funder,
            Optional<String> factory,
            Optional<Integer> year,
            long before,
            int most) {
        if (!Funder.exists(funder)) {
            throw Problem.notFound("funder", funder);
        }
        boolean all = MoneyViews.seesAll(actor);
        return following.runs(funder, factory, year, !all, before, most).stream()
                .map(step -> line(step, funder, all))
                .toList();
    }

    private static RunLine line(Step step, String funder, boolean all) {
        Followed followed = step.followed();
        return new RunLine(
                step.number(),
                followed.run(),
                all ? step.organisation() : null,
                step.model().orElse(null),
                followed.factory(),
                followed.partition(),
                followed.year(),
                followed.unit(),
                followed.of(funder).orElseThrow());
    }

    /** @throws Problem that there is no such run, for whoever is neither of its organisation nor of the office */
    Step run(Actor actor, UUID id) {
        RunId run = new RunId(id);
        if (!Funding.mayBook(actor)) {
            runs.find(actor, run);
        }
        return following.step(run).orElseThrow(() -> Problem.notFound("run", id));
    }

    /** @throws Problem that there is no such model, for whoever may not see it and is not of the office */
    Step model(Actor actor, UUID id) {
        Model model = Funding.mayBook(actor) ? models.require(new ModelId(id)) : models.find(actor, new ModelId(id));
        return following.step(model.run()).orElseThrow(() -> Problem.notFound("model", id));
    }

    /** Whether the person may look at the run itself. */
    boolean maySee(Actor actor, RunId id) {
        return actor.maySee(runs.require(id).organisation());
    }

    boolean maySee(Actor actor, MadeModel made) {
        return models.named(made.id().toString())
                .filter(model -> models.maySee(actor, model))
                .isPresent();
    }

    /**
     * What a partition has to give, and whose it is.
     *
     * @param funder "EU", or ISO 3166-1 alpha-2; null for what nobody has agreed on
     * @param shared what was given to it of the partition's time
     * @param granted of that, what is in allocations or was used
     */
    record PoolOf(@Nullable String funder, long shared, long granted, long free) {}

    record PartitionView(String partition, Unit unit, List<PoolOf> pools, List<HourCost> hourCosts) {}

    PartitionView partition(String slug) {
        Partition partition = partitions.require(slug);
        List<Source> sources = pools.sources(partition.id());
        long owned = sources.stream()
                .skip(1)
                .mapToLong(source -> source.balance().granted())
                .sum();
        return new PartitionView(
                slug,
                partition.unit(),
                sources.stream().map(source -> pool(source, owned)).toList(),
                costs.of(partition.id().value()));
    }

    /** What the first has given to the others is neither its own nor granted. */
    private static PoolOf pool(Source source, long owned) {
        long elsewhere = source.funder().isEmpty() ? owned : 0;
        return new PoolOf(
                source.funder().orElse(null),
                source.balance().granted() - elsewhere,
                source.balance().spent() + source.balance().held() - elsewhere,
                source.balance().free());
    }

    /** Shares out what a partition has that is nobody's; says how much that was. */
    @Transactional
    Amount shareOut(Actor actor, String slug) {
        Funding.requireMayBook(actor);
        return pools.shareOut(actor, partitions.require(slug).id());
    }
}
