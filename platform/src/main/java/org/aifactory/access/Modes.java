package org.aifactory.access;

import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.aifactory.federation.Partition;
import org.aifactory.federation.PartitionId;
import org.aifactory.federation.Partitions;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.identity.Duty;
import org.aifactory.identity.OrganisationId;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Which access modes take applications now. */
@Service
class Modes {
    private final JdbcClient jdbc;
    private final Policy policy;
    private final Partitions partitions;
    private final AuditTrail audit;
    private final InstantSource clock;

    Modes(JdbcClient jdbc, Policy policy, Partitions partitions, AuditTrail audit, InstantSource clock) {
        this.jdbc = jdbc;
        this.policy = policy;
        this.partitions = partitions;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * The closed modes with the reason.
     *
     * @param partition null for those that are closed everywhere
     */
    Map<String, String> closed(@Nullable Partition partition) {
        Map<String, String> closed = new HashMap<>();
        jdbc.sql("select mode, reason from access.closed_mode where partition is null or partition = :partition")
                .param("partition", partition == null ? null : partition.id().value(), java.sql.Types.OTHER)
                .query(row -> {
                    closed.put(row.getString("mode"), row.getString("reason"));
                });
        return closed;
    }

    /**
     * Opens or closes a mode: everywhere by the programme office, on one partition also by whoever operates it.
     *
     * @param partition its slug or id; empty for everywhere
     */
    @Transactional
    void setOpen(Actor actor, String slug, boolean open, Optional<String> partition, String reason) {
        if (policy.mode(slug).isEmpty()) {
            throw Problem.notFound("access mode", slug);
        }
        Optional<Partition> where = partition.map(Modes::plain).map(partitions::require);
        requireMayChange(actor, where);
        int changed = open ? open(slug, where) : close(actor, slug, where, reason);
        if (changed == 1) {
            OrganisationId operator =
                    where.flatMap(one -> partitions.operatorOf(one.id())).orElse(null);
            audit.record(
                    actor.person(),
                    operator,
                    open ? "mode.opened" : "mode.closed",
                    "access mode " + slug,
                    Map.of("partition", where.map(Partition::slug).orElse("*"), "reason", reason));
        }
    }

    private static String plain(String partition) {
        return PlainText.required("partition", partition, false);
    }

    private void requireMayChange(Actor actor, Optional<Partition> where) {
        boolean mayEverywhere = actor.isProgrammeOfficer() || actor.has(Duty.ADMINISTRATOR);
        if (!mayEverywhere
                && where.filter(partition -> partitions.mayOperate(actor, partition))
                        .isEmpty()) {
            throw Problem.of(ProblemType.NOT_ALLOWED, "access.refused.only-office");
        }
    }

    private int open(String slug, Optional<Partition> where) {
        return jdbc.sql(
                        "delete from access.closed_mode where mode = :mode and partition is not distinct from :partition")
                .param("mode", slug)
                .param("partition", id(where), java.sql.Types.OTHER)
                .update();
    }

    private int close(Actor actor, String slug, Optional<Partition> where, String reason) {
        return jdbc.sql("""
                insert into access.closed_mode (mode, partition, reason, closed_by, closed_at)
                values (:mode, :partition, :reason, :by, :now)
                on conflict (mode, partition) do update set reason = excluded.reason
                """)
                .param("mode", slug)
                .param("partition", id(where), java.sql.Types.OTHER)
                .param("reason", reason)
                .param("by", actor.person().value())
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .update();
    }

    private static java.util.@Nullable UUID id(Optional<Partition> where) {
        return where.map(Partition::id).map(PartitionId::value).orElse(null);
    }
}
