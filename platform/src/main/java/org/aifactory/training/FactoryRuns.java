package org.aifactory.training;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.database.Columns;
import org.aifactory.federation.HourUnit;
import org.aifactory.federation.Partition;
import org.aifactory.federation.PartitionId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** What those who operate machines see of the runs on them: whose they are and what they take, and nothing of what they do. */
@Repository
class FactoryRuns {
    private final JdbcClient jdbc;

    FactoryRuns(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A run on a partition.
     *
     * @param organisation the name of whose it is
     * @param charged what was taken of its allocation, in every unit
     * @param site what the site bears of it, in every unit
     */
    record Line(
            String organisation,
            String partition,
            Recipe recipe,
            RunState state,
            int cores,
            int gpus,
            Instant submitted,
            Optional<Instant> started,
            Optional<Instant> ended,
            Map<HourUnit, BigDecimal> charged,
            Map<HourUnit, BigDecimal> site) {}

    /** Those under way first, then the newest. */
    List<Line> on(Collection<Partition> partitions, int most) {
        if (partitions.isEmpty()) {
            return List.of();
        }
        return jdbc.sql("""
                select run.*, organisation.name as organisation_name,
                       (select coalesce(sum(coalesce(attempt.corrected_site, attempt.site)), 0) from training.attempt where attempt.run = run.id) as site
                  from training.run join identity.organisation on organisation.id = run.organisation
                 where run.partition in (:partitions)
                 order by run.ended_at is not null, run.number desc limit :most
                """)
                .param(
                        "partitions",
                        partitions.stream()
                                .map(partition -> partition.id().value())
                                .toList())
                .param("most", most)
                .query((row, number) -> line(row, partitions))
                .list();
    }

    /** All that the site has borne on a partition, in the ledger's unit. */
    long borneBySite(PartitionId partition) {
        return jdbc.sql("""
                select coalesce(sum(coalesce(attempt.corrected_site, attempt.site)), 0)
                  from training.attempt join training.run on run.id = attempt.run where run.partition = :partition
                """)
                .param("partition", partition.value())
                .query(Long.class)
                .single();
    }

    private static Line line(ResultSet row, Collection<Partition> partitions) throws SQLException {
        PartitionId id = new PartitionId(row.getObject("partition", UUID.class));
        Partition partition = partitions.stream()
                .filter(known -> known.id().equals(id))
                .findFirst()
                .orElseThrow();
        return new Line(
                row.getString("organisation_name"),
                partition.name(),
                Recipe.valueOf(row.getString("recipe")),
                RunState.valueOf(row.getString("state")),
                row.getInt("nodes") * row.getInt("cores"),
                row.getInt("nodes") * row.getInt("gpus"),
                Columns.instant(row, "submitted_at"),
                Columns.optionalInstant(row, "started_at"),
                Columns.optionalInstant(row, "ended_at"),
                partition.inAllUnits(row.getLong("charged")),
                partition.inAllUnits(row.getLong("site")));
    }
}
