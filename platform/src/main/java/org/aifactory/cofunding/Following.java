package org.aifactory.cofunding;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.cofunding.Followed.Part;
import org.aifactory.database.Columns;
import org.aifactory.federation.PartitionKind;
import org.aifactory.federation.Price;
import org.aifactory.ledger.Portions;
import org.aifactory.training.RunId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Follows the euro: from a run to those whose time it took, and back. Nothing is kept of it: a run's seconds are divided by what each funder
 * had given its allocation when the run was submitted, so what is corrected later is right here at once.
 */
@Component
class Following {
    private static final String RUN = """
            select run.id, run.number, run.charged, run.allocation, run.submitted_at, run.name, organisation.name as organisation,
                   partition.id as partition_id, partition.slug as partition, partition.kind, factory.slug as factory,
                   model.id as model, model.slug as model_slug, model.name as model_name
              from training.run
              join identity.organisation on organisation.id = run.organisation
              left join models.model on model.run = run.id
              join federation.partition on partition.id = run.partition
              join federation.machine on machine.id = partition.machine
              join federation.factory on factory.id = machine.factory
            """;

    private final JdbcClient jdbc;
    private final HourCosts costs;

    Following(JdbcClient jdbc, HourCosts costs) {
        this.jdbc = jdbc;
        this.costs = costs;
    }

    /** What is asked of a run, before it is divided. */
    private record Taken(
            RunId run,
            long number,
            long charged,
            UUID allocation,
            Instant submitted,
            String name,
            String organisation,
            Optional<MadeModel> model,
            UUID partitionId,
            String partition,
            PartitionKind kind,
            String factory) {}

    Optional<Followed> of(RunId run) {
        return jdbc.sql(RUN + " where run.id = :run")
                .param("run", run.value())
                .query((row, number) -> taken(row))
                .optional()
                .map(this::followed);
    }

    /** A model that a run has made. */
    record MadeModel(UUID id, String slug, String name) {}

    /**
     * A run that took somebody's time.
     *
     * @param number grows; to read on, ask for those before the last one seen
     * @param name as its organisation calls it
     */
    record Step(long number, String name, String organisation, Optional<MadeModel> model, Followed followed) {}

    Optional<Step> step(RunId run) {
        return jdbc.sql(RUN + " where run.id = :run")
                .param("run", run.value())
                .query((row, number) -> taken(row))
                .optional()
                .map(this::step);
    }

    private Step step(Taken taken) {
        return new Step(taken.number(), taken.name(), taken.organisation(), taken.model(), followed(taken));
    }

    /**
     * The runs that took a funder's time, the newest first.
     *
     * @param factory the slug of the only one that is looked at
     * @param year in which they were submitted
     * @param onlyPublic those alone whose model everybody may have
     * @param before the number of the last one seen
     */
    List<Step> runs(
            String funder,
            Optional<String> factory,
            Optional<Integer> year,
            boolean onlyPublic,
            long before,
            int most) {
        return jdbc
                .sql(RUN + """
                 where run.number < :before
                   and exists (select from access.grant_entry join ledger.entry on entry.id = grant_entry.entry
                                where grant_entry.allocation = run.allocation and grant_entry.funder = :funder
                                  and entry.at <= run.submitted_at)
                   and (:factory::text is null or factory.slug = :factory)
                   and (:year::int is null or (run.submitted_at >= make_timestamptz(:year, 1, 1, 0, 0, 0, 'UTC')
                                               and run.submitted_at < make_timestamptz(:year + 1, 1, 1, 0, 0, 0, 'UTC')))
                   and run.charged > 0
                   and (not :onlyPublic or model.visibility = 'PUBLIC')
                 order by run.number desc limit :most
                """)
                .param("before", before)
                .param("onlyPublic", onlyPublic)
                .param("funder", funder)
                .param("factory", factory.orElse(null), Types.VARCHAR)
                .param("year", year.orElse(null), Types.INTEGER)
                .param("most", most)
                .query((row, number) -> taken(row))
                .list()
                .stream()
                .map(this::step)
                .filter(step -> step.followed().of(funder).isPresent())
                .toList();
    }

    private static Taken taken(ResultSet row) throws SQLException {
        return new Taken(
                new RunId(row.getObject("id", UUID.class)),
                row.getLong("number"),
                row.getLong("charged"),
                row.getObject("allocation", UUID.class),
                Columns.instant(row, "submitted_at"),
                row.getString("name"),
                row.getString("organisation"),
                model(row),
                row.getObject("partition_id", UUID.class),
                row.getString("partition"),
                PartitionKind.valueOf(row.getString("kind")),
                row.getString("factory"));
    }

    private static Optional<MadeModel> model(ResultSet row) throws SQLException {
        Optional<UUID> id = Columns.optionalUuid(row, "model");
        return id.isEmpty()
                ? Optional.empty()
                : Optional.of(new MadeModel(id.get(), row.getString("model_slug"), row.getString("model_name")));
    }

    private Followed followed(Taken taken) {
        Map<String, Long> given = given(taken.allocation(), taken.submitted());
        Map<String, Long> seconds = Portions.of(given.isEmpty() ? 0 : taken.charged(), given);
        Optional<HourCost> cost = costs.at(taken.partitionId(), taken.submitted());
        Optional<Long> cents = cost.map(
                known -> new Price(known.centsPerHour()).of(taken.charged()).value());
        Map<String, Long> centsOfEach =
                Portions.of(given.isEmpty() ? 0 : cents.orElse(0L), taken.charged() == 0 ? given : seconds);
        List<Part> parts = new ArrayList<>();
        seconds.forEach((funder, some) -> parts.add(new Part(
                funder.isEmpty() ? Optional.empty() : Optional.of(funder),
                some,
                cents.map(any -> centsOfEach.getOrDefault(funder, 0L)))));
        return new Followed(
                taken.run(),
                taken.factory(),
                taken.partition(),
                taken.submitted().atOffset(ZoneOffset.UTC).getYear(),
                taken.kind().unit(),
                taken.charged(),
                cents,
                cost.map(HourCost::centsPerHour),
                parts);
    }

    /** What each had given an allocation by then: the Union first, and last what was nobody's, under no name. */
    private Map<String, Long> given(UUID allocation, Instant until) {
        Map<String, Long> given = new LinkedHashMap<>();
        jdbc.sql("""
                select coalesce(grant_entry.funder, '') as funder, sum(grant_entry.amount)::bigint as amount
                  from access.grant_entry join ledger.entry on entry.id = grant_entry.entry
                 where grant_entry.allocation = :allocation and entry.at <= :until
                 group by grant_entry.funder
                 order by grant_entry.funder = 'EU' desc nulls last, grant_entry.funder nulls last
                """)
                .param("allocation", allocation)
                .param("until", until.atOffset(ZoneOffset.UTC))
                .query(row -> {
                    given.put(row.getString("funder"), row.getLong("amount"));
                });
        return given;
    }

    /**
     * What became of a funder's time on a partition, in the ledger's unit.
     *
     * @param granted to allocations, less what came back
     * @param used by the runs that are looked at
     */
    record Use(String partition, String name, String factory, PartitionKind kind, long granted, long used) {}

    /**
     * By partition. Each run is divided just as where it is followed alone: by what each had given when it was submitted, by largest
     * remainder.
     *
     * @param onlyPublic of what was used, only runs whose model everybody may have
     */
    List<Use> uses(String funder, boolean onlyPublic) {
        return jdbc.sql("""
                with given as (
                    select run.id, run.partition, run.charged, grant_entry.funder, sum(grant_entry.amount) as amount
                      from training.run
                      join access.grant_entry on grant_entry.allocation = run.allocation
                      join ledger.entry on entry.id = grant_entry.entry and entry.at <= run.submitted_at
                      left join models.model on model.run = run.id
                     where run.charged > 0
                       and run.allocation in (select allocation from access.grant_entry where funder = :funder)
                       and (not :onlyPublic or model.visibility = 'PUBLIC')
                     group by run.id, run.partition, run.charged, grant_entry.funder),
                weighed as (
                    select *, charged::numeric * amount as weight, sum(amount) over (partition by id) as whole from given),
                divided as (
                    select *, div(weight, whole) as part,
                           row_number() over (partition by id order by mod(weight, whole) desc, funder = 'EU' desc nulls last,
                                                                       funder nulls last) as place
                      from weighed),
                used as (
                    select partition, funder, part + case when place <= charged - sum(part) over (partition by id) then 1 else 0 end as part
                      from divided)
                select partition.slug, partition.name, partition.kind, factory.slug as factory, granted.amount,
                       coalesce((select sum(used.part) from used where used.partition = partition.id and used.funder = :funder),
                                0)::bigint as used
                  from (select allocation.partition, sum(amount - returned)::bigint as amount
                          from access.grant_entry join access.allocation on allocation.id = grant_entry.allocation
                         where grant_entry.funder = :funder
                         group by allocation.partition) as granted
                  join federation.partition on partition.id = granted.partition
                  join federation.machine on machine.id = partition.machine
                  join federation.factory on factory.id = machine.factory
                 order by factory.slug, partition.slug
                """)
                .param("funder", funder)
                .param("onlyPublic", onlyPublic)
                .query((row, number) -> new Use(
                        row.getString("slug"),
                        row.getString("name"),
                        row.getString("factory"),
                        PartitionKind.valueOf(row.getString("kind")),
                        row.getLong("amount"),
                        row.getLong("used")))
                .list();
    }
}
