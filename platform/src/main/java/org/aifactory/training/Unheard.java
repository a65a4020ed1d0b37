package org.aifactory.training;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.aifactory.federation.MachineId;
import org.aifactory.federation.Reason;
import org.aifactory.federation.Reason.Kind;
import org.aifactory.web.Message;
import org.springframework.stereotype.Component;

/** The machines that do not answer just now, so that people who look at their runs are told so at once, and nobody waits for them. */
@Component
class Unheard {
    private final Map<MachineId, Silence> silent = new ConcurrentHashMap<>();
    private final InstantSource clock;

    Unheard(InstantSource clock) {
        this.clock = clock;
    }

    /** @param since the first time it was asked in vain */
    private record Silence(Instant since, Message why) {}

    void silent(MachineId machine, Message why) {
        silent.merge(machine, new Silence(clock.instant(), why), (known, now) -> new Silence(known.since(), now.why()));
    }

    void heard(MachineId machine) {
        silent.remove(machine);
    }

    /** That nothing is heard of the machine that has a run which goes on; empty where it answers. */
    Optional<Reason> instead(Run run, Attempt last, MachineId machine) {
        return run.state().hasEnded() || last.stage() != Attempt.Stage.SUBMITTED
                ? Optional.empty()
                : Optional.ofNullable(silent.get(machine))
                        .map(silence -> Reason.of(Kind.UNHEARD, silence.since(), silence.why()));
    }
}
