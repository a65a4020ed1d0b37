package org.aifactory.federation;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.aifactory.database.Columns;
import org.aifactory.federation.Machine.Connection;
import org.aifactory.federation.slurm.Finding;
import org.aifactory.web.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Looks now and then whether the machines that are connected answer, and keeps since when each does or does not. */
@Component
class MachineHealth {
    private static final Logger LOG = LoggerFactory.getLogger(MachineHealth.class);
    private static final TypeReference<List<Finding>> FINDINGS = new TypeReference<>() {};

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final Machines machines;
    private final Partitions partitions;
    private final Connectors connectors;
    private final InstantSource clock;

    MachineHealth(
            JdbcClient jdbc,
            JsonMapper json,
            Machines machines,
            Partitions partitions,
            Connectors connectors,
            InstantSource clock) {
        this.jdbc = jdbc;
        this.json = json;
        this.machines = machines;
        this.partitions = partitions;
        this.connectors = connectors;
        this.clock = clock;
    }

    /**
     * How a machine is.
     *
     * @param since when it answers, or does not
     * @param said what it or the way to it said where it does not
     */
    record Health(boolean answers, Instant since, Instant lookedAt, Optional<Message> said) {}

    /** @param findings what was looked at, and what to do where it is not well */
    record Examination(Instant at, List<Finding> findings) {}

    /** Every machine at once, so that one that is silent keeps nobody waiting. */
    @Scheduled(initialDelayString = "PT20S", fixedDelayString = "${aifactory.federation.look-every:PT30S}")
    void lookAtAll() {
        List<Thread> lookers = machines.all().stream()
                .filter(machine -> machine.connection() != Connection.NONE)
                .map(machine -> Thread.ofVirtual()
                        .name("health-" + machine.slug())
                        .start(() -> {
                            try {
                                look(machine);
                            } catch (RuntimeException failure) {
                                LOG.warn("Nobody can say how {} is", machine.slug(), failure);
                            }
                        }))
                .collect(Collectors.toList());
        for (Thread looker : lookers) {
            try {
                looker.join();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    Health look(Machine machine) {
        Optional<Message> said = Optional.empty();
        try {
            MachineConnector connector = connectors.of(machine.id());
            Optional<Partition> any = partitions.of(machine.id()).stream().findFirst();
            any.ifPresent(partition -> connector.capacity(partition.id()));
        } catch (MachineUnavailable away) {
            said = Optional.of(away.sentence());
        }
        note(machine.id(), said);
        return of(machine.id()).orElseThrow();
    }

    private void note(MachineId machine, Optional<Message> said) {
        jdbc.sql("""
                insert into federation.machine_health as known (machine, answers, since, looked_at, said, words)
                values (:machine, :answers, :now, :now, :said, :words::jsonb)
                on conflict (machine) do update
                   set answers = excluded.answers, looked_at = excluded.looked_at, said = excluded.said, words = excluded.words,
                       since = case when known.answers = excluded.answers then known.since else excluded.since end
                """)
                .param("machine", machine.value())
                .param("answers", said.isEmpty())
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .param("said", said.map(Message::inEnglish).orElse(null), Types.VARCHAR)
                .param("words", said.map(Message::toKeep).orElse(null), Types.VARCHAR)
                .update();
    }

    /** Empty where nobody has looked yet. */
    Optional<Health> of(MachineId machine) {
        return jdbc.sql("select * from federation.machine_health where machine = :machine")
                .param("machine", machine.value())
                .query((row, number) -> health(row))
                .optional();
    }

    private static Health health(ResultSet row) throws SQLException {
        String said = row.getString("said");
        return new Health(
                row.getBoolean("answers"),
                Columns.instant(row, "since"),
                Columns.instant(row, "looked_at"),
                said == null ? Optional.empty() : Optional.of(Message.kept(said, row.getString("words"))));
    }

    void examined(MachineId machine, List<Finding> findings) {
        jdbc.sql("""
                insert into federation.machine_examination (machine, at, findings) values (:machine, :now, :findings::jsonb)
                on conflict (machine) do update set at = excluded.at, findings = excluded.findings
                """)
                .param("machine", machine.value())
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .param(
                        "findings",
                        json.writeValueAsString(findings.stream().map(Found::of).toList()))
                .update();
    }

    /** As it is kept. */
    private record Found(Finding.Subject subject, Finding.Outcome outcome, List<String> details) {
        static Found of(Finding finding) {
            return new Found(finding.subject(), finding.outcome(), finding.details());
        }
    }

    Optional<Examination> examination(MachineId machine) {
        return jdbc.sql("select * from federation.machine_examination where machine = :machine")
                .param("machine", machine.value())
                .query((row, number) -> new Examination(
                        Columns.instant(row, "at"), json.readValue(row.getString("findings"), FINDINGS)))
                .optional();
    }
}
