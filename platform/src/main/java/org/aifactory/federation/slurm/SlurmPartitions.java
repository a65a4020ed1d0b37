package org.aifactory.federation.slurm;

import java.util.List;
import org.aifactory.federation.MachineId;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.federation.PartitionId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What Slurm calls our partitions. */
@Component
class SlurmPartitions {
    private final JdbcClient jdbc;

    SlurmPartitions(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    String nameOf(PartitionId partition) {
        return jdbc.sql("select name from federation.slurm_partition where partition = :partition")
                .param("partition", partition.value())
                .query(String.class)
                .optional()
                .orElseThrow(() -> new MachineUnavailable("Nothing of Slurm's is connected to this partition."));
    }

    List<String> of(MachineId machine) {
        return jdbc.sql("""
                select slurm_partition.name from federation.slurm_partition
                  join federation.partition on partition.id = slurm_partition.partition
                 where machine = :machine order by slurm_partition.name
                """)
                .param("machine", machine.value())
                .query((row, number) -> row.getString("name"))
                .list();
    }

    void connect(PartitionId partition, String name) {
        jdbc.sql("""
                insert into federation.slurm_partition (partition, name) values (:partition, :name)
                on conflict (partition) do update set name = excluded.name
                """).param("partition", partition.value()).param("name", name).update();
    }

    void disconnect(MachineId machine) {
        jdbc.sql("""
                delete from federation.slurm_partition
                 where partition in (select id from federation.partition where machine = :machine)
                """).param("machine", machine.value()).update();
    }
}
