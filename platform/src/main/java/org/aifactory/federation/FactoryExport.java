package org.aifactory.federation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.aifactory.identity.ExportArchive;
import org.aifactory.identity.OrganisationExport;
import org.aifactory.identity.OrganisationId;
import org.aifactory.ledger.Balance;
import org.aifactory.ledger.Ledger;
import org.springframework.stereotype.Component;

/** The factories that an organisation operates, with what they have to give. */
@Component
class FactoryExport implements OrganisationExport {
    private final Factories factories;
    private final Machines machines;
    private final Partitions partitions;
    private final Pools pools;
    private final Ledger ledger;

    FactoryExport(Factories factories, Machines machines, Partitions partitions, Pools pools, Ledger ledger) {
        this.factories = factories;
        this.machines = machines;
        this.partitions = partitions;
        this.pools = pools;
        this.ledger = ledger;
    }

    @Override
    public List<Folder> folders() {
        return List.of(
                new Folder(
                        "factories",
                        "For those who operate a factory: its machines and partitions, and in ledger-PARTITION.csv every entry of the pool."));
    }

    record Exported(Factory factory, List<ExportedMachine> machines) {}

    record ExportedMachine(Machine machine, List<Maintenance> maintenance, List<Pool> partitions) {}

    record Pool(Partition partition, Balance balance) {}

    @Override
    public void write(OrganisationId organisation, ExportArchive archive) throws IOException {
        for (Factory factory : factories.all()) {
            if (factory.operator().equals(Optional.of(organisation))) {
                write(factory, archive);
            }
        }
    }

    private void write(Factory factory, ExportArchive archive) throws IOException {
        String folder = "factories/" + factory.slug();
        List<ExportedMachine> all = new ArrayList<>();
        for (Machine machine : machines.of(factory.id())) {
            List<Pool> own = partitions.of(machine.id()).stream()
                    .map(partition -> new Pool(partition, pools.balance(partition.id())))
                    .toList();
            all.add(new ExportedMachine(machine, machines.maintenance(machine.id()), own));
            for (Pool pool : own) {
                archive.text(
                        folder + "/ledger-" + pool.partition().slug() + ".csv",
                        out -> ledger.writeCsv(pools.accountOf(pool.partition().id()), out));
                for (Pools.Source source : pools.sources(pool.partition().id())) {
                    if (source.funder().isPresent()) {
                        archive.text(
                                folder + "/ledger-" + pool.partition().slug() + "-"
                                        + source.funder().get() + ".csv",
                                out -> ledger.writeCsv(source.account(), out));
                    }
                }
            }
        }
        archive.json(folder + "/factory.json", new Exported(factory, all));
    }
}
