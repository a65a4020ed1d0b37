package org.aifactory.engine.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.aifactory.engine.EngineException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MembershipTest {
    private static final Map<String, String> PLATFORM =
            Map.of("AIFACTORY_NODES", "4", "AIFACTORY_NODE_RANK", "3", "AIFACTORY_MASTER", "10.0.0.1:20123");
    private static final Map<String, String> STEP = Map.of(
            "SLURM_STEP_NUM_TASKS", "2",
            "SLURM_PROCID", "1",
            "SLURM_JOB_ID", "120007",
            "SLURM_STEP_NODELIST", "lrdn[0001-0002]");

    @Test
    void a_process_is_alone_where_nobody_says_otherwise() {
        assertThat(Membership.of(Map.of())).isEmpty();
        assertThat(Membership.of(Map.of("AIFACTORY_NODES", "1"))).isEmpty();
    }

    @Test
    void one_task_of_a_job_that_has_room_for_many_is_alone() {
        assertThat(Membership.of(Map.of("SLURM_NTASKS", "8", "SLURM_PROCID", "0", "SLURM_JOB_ID", "1")))
                .isEmpty();
    }

    @Test
    void the_platform_is_believed_before_slurm() {
        Map<String, String> both = new HashMap<>(STEP);
        both.putAll(PLATFORM);
        assertThat(Membership.of(both)).contains(new Membership(3, 4, "10.0.0.1", 20_123));
    }

    @Test
    void tasks_of_a_step_meet_at_its_first_node() {
        assertThat(Membership.of(STEP)).contains(new Membership(1, 2, "lrdn0001", 20_000 + 120_007 % 12_000));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "n1 | n1",
                "n1,n2 | n1",
                "trial-n[1-2] | trial-n1",
                "rack[07,09-12]-ib,rack2 | rack07-ib",
                "a,rack[1-2] | a",
            })
    void the_first_of_slurms_nodes_is_read_from_its_list(String nodes, String first) {
        assertThat(Membership.first(nodes)).isEqualTo(first);
    }

    @ParameterizedTest
    @CsvSource({"4, 4, h:1", "-1, 2, h:1", "0, 1, h:1", "0, 2, h", "0, 2, h:0", "0, 2, h:70000", "0, 2, :5", "0, 2, h:x"
    })
    void nonsense_is_refused_in_a_sentence(int rank, int size, String master) {
        assertThatThrownBy(() -> Membership.of(rank, size, master))
                .isInstanceOf(EngineException.class)
                .hasMessageEndingWith(".");
    }

    @Test
    void addresses_of_the_sixth_version_are_read() {
        assertThat(Membership.of(0, 2, "[fe80::1]:99").host()).isEqualTo("fe80::1");
    }
}
