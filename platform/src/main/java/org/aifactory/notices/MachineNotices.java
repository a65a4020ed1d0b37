package org.aifactory.notices;

import java.util.List;
import org.aifactory.federation.Factories;
import org.aifactory.federation.Factory;
import org.aifactory.federation.Machine;
import org.aifactory.federation.Machines;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.Organisations;
import org.aifactory.identity.Role;
import org.aifactory.notices.Word.Count;
import org.aifactory.notices.Word.Text;
import org.aifactory.training.UsageCorrected;
import org.springframework.modulith.events.ApplicationModuleListener;
import org.springframework.stereotype.Component;

/** Tells those who operate a machine what was found out about it. */
@Component
class MachineNotices {
    private final Notifier notifier;
    private final Machines machines;
    private final Factories factories;
    private final Organisations organisations;

    MachineNotices(Notifier notifier, Machines machines, Factories factories, Organisations organisations) {
        this.notifier = notifier;
        this.machines = machines;
        this.factories = factories;
        this.organisations = organisations;
    }

    @ApplicationModuleListener(id = "notices.usage-corrected")
    void on(UsageCorrected corrected) {
        Machine machine = machines.require(corrected.machine());
        Factory factory = factories.require(machine.factory());
        factory.operator().ifPresent(operator -> tell(operator, factory, machine, corrected));
    }

    private void tell(OrganisationId operator, Factory factory, Machine machine, UsageCorrected corrected) {
        notifier.tell(
                organisations.withRole(operator, Role.MEMBER),
                new Telling(
                        "machine " + machine.id() + " corrected " + corrected.at(),
                        operator,
                        Kind.MACHINE,
                        "usage-corrected",
                        List.of(new Text(machine.name()), new Count(corrected.attempts())),
                        "/factories/" + factory.slug() + "/runs"));
    }
}
