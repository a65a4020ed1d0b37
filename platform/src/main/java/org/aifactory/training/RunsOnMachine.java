package org.aifactory.training;

import org.aifactory.federation.MachineId;
import org.aifactory.federation.MachineUse;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Whom it meets when a machine is away: the runs that have not ended. */
@Component
class RunsOnMachine implements MachineUse {
    private final JdbcClient jdbc;

    RunsOnMachine(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Use of(MachineId machine) {
        return jdbc.sql("""
                select count(*) filter (where run.state <> 'RUNNING') as waiting,
                       count(*) filter (where run.state = 'RUNNING') as running,
                       count(distinct run.organisation) as organisations
                  from training.attempt join training.run on run.id = attempt.run
                  join federation.partition on partition.id = run.partition
                 where attempt.stage <> 'ENDED' and partition.machine = :machine
                """)
                .param("machine", machine.value())
                .query((row, number) ->
                        new Use(row.getInt("waiting"), row.getInt("running"), row.getInt("organisations")))
                .single();
    }
}
