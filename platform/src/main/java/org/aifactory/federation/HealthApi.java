package org.aifactory.federation;

import io.swagger.v3.oas.annotations.Operation;
import java.time.Instant;
import java.util.Optional;
import org.aifactory.federation.MachineHealth.Health;
import org.aifactory.federation.MachineUse.Use;
import org.aifactory.identity.Actor;
import org.aifactory.web.Message;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** How machines are and whom that meets, over HTTP; for those who operate them. */
@RestController
class HealthApi {
    private final Machines machines;
    private final MachineHealth health;
    private final ObjectProvider<MachineUse> uses;

    HealthApi(Machines machines, MachineHealth health, ObjectProvider<MachineUse> uses) {
        this.machines = machines;
        this.health = health;
        this.uses = uses;
    }

    /**
     * @param open whether it takes new runs; one that does not is drained
     * @param answers whether it did when it was last looked at; absent where nobody has looked yet
     * @param since when it answers, or does not
     * @param said what it, or the way to it, said where it does not
     * @param use how many runs wait for it and go on there, and of how many organisations
     */
    record HealthView(
            boolean open,
            Optional<Boolean> answers,
            Optional<Instant> since,
            Optional<Instant> lookedAt,
            Optional<Message> said,
            Optional<Use> use) {}

    @Operation(
            summary = "Whether a machine answers and since when, and whom that meets; it is looked at twice a minute")
    @GetMapping("/api/machines/{slug}/health")
    HealthView show(Actor actor, @PathVariable String slug) {
        Machine machine = machines.require(slug);
        machines.requireMayOperate(actor, machine.id());
        Optional<Health> known = health.of(machine.id());
        return new HealthView(
                machine.open(),
                known.map(Health::answers),
                known.map(Health::since),
                known.map(Health::lookedAt),
                known.flatMap(Health::said),
                uses.stream().map(all -> all.of(machine.id())).findFirst());
    }
}
