package org.aifactory.federation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.aifactory.facts.FileFault;
import org.aifactory.facts.YamlPart;
import org.aifactory.federation.CatalogueFile.MachineEntry;
import org.aifactory.identity.AuditTrail;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Enters the factories that the files of a folder describe. */
@Service
public class CatalogueFolder {
    private final Factories factories;
    private final Machines machines;
    private final Partitions partitions;
    private final MessageSource messages;
    private final AuditTrail audit;

    CatalogueFolder(
            Factories factories, Machines machines, Partitions partitions, MessageSource messages, AuditTrail audit) {
        this.factories = factories;
        this.machines = machines;
        this.partitions = partitions;
        this.messages = messages;
        this.audit = audit;
    }

    /**
     * Enters all factories of a folder, or, where one of its files is not as it should be, none. What is known already, by its slug, is
     * brought up to date; what operators have set stays. The same folder again changes nothing.
     *
     * @return how many factories it has
     * @throws FileFault which names the file and the place
     */
    @Transactional
    public int load(Path folder) {
        List<CatalogueFile> files = YamlPart.filesIn(folder).stream()
                .map(file -> new CatalogueFile(file, this::hasWords))
                .toList();
        requireDistinct(files, "factory", file -> List.of(file.factory.slug()));
        requireDistinct(
                files,
                "machine",
                file -> file.machines.stream()
                        .map(entry -> entry.machine().slug())
                        .toList());
        requireDistinct(
                files,
                "partition",
                file -> file.machines.stream()
                        .flatMap(entry -> entry.partitions().stream())
                        .map(Partition::slug)
                        .toList());
        List<Object> before = known();
        files.forEach(this::enter);
        if (!known().equals(before)) {
            audit.record(
                    null,
                    null,
                    "catalogue.loaded",
                    "catalogue " + folder.getFileName(),
                    Map.of("factories", files.size()));
        }
        return files.size();
    }

    private boolean hasWords(String fact) {
        return messages.getMessage("fact." + fact, null, null, Locale.ENGLISH) != null;
    }

    private static void requireDistinct(
            List<CatalogueFile> files, String kind, Function<CatalogueFile, List<String>> slugs) {
        List<String> seen = new ArrayList<>();
        for (CatalogueFile file : files) {
            for (String slug : slugs.apply(file)) {
                if (seen.contains(slug)) {
                    throw file.fault(
                            kind,
                            slug,
                            "another file has the " + kind + " “" + slug + "”; names in addresses are unique.");
                }
                seen.add(slug);
            }
        }
    }

    private List<Object> known() {
        return List.of(factories.all(), machines.all(), partitions.all());
    }

    private void enter(CatalogueFile file) {
        factories.named(file.factory.slug()).filter(this::hasConnectedMachine).ifPresent(connected -> {
            throw file.fault(
                    "factory",
                    connected.slug(),
                    "the factory “" + connected.slug() + "” has machines that are connected; choose another name.");
        });
        FactoryId factory = factories.enter(file.factory);
        for (MachineEntry entry : file.machines) {
            enter(file, factory, entry);
        }
    }

    private boolean hasConnectedMachine(Factory factory) {
        return machines.of(factory.id()).stream().anyMatch(machine -> machine.connection() != Machine.Connection.NONE);
    }

    private void enter(CatalogueFile file, FactoryId factory, MachineEntry entry) {
        Machine wanted = entry.machine();
        MachineId machine = machines.enter(new Machine(
                wanted.id(),
                factory,
                wanted.slug(),
                wanted.name(),
                wanted.connection(),
                wanted.open(),
                wanted.facts()));
        if (!machines.require(machine).factory().equals(factory)) {
            throw file.fault(
                    "machine",
                    wanted.slug(),
                    "another factory has the machine “" + wanted.slug() + "”; choose another name.");
        }
        for (Partition partition : entry.partitions()) {
            enter(file, machine, partition);
        }
    }

    private void enter(CatalogueFile file, MachineId machine, Partition wanted) {
        Partition entered = partitions.require(partitions.enter(wanted.on(machine)));
        if (!entered.machine().equals(machine)) {
            throw file.fault(
                    "partition",
                    wanted.slug(),
                    "another machine has the partition “" + wanted.slug() + "”; choose another name.");
        }
        if (entered.kind() != wanted.kind()) {
            throw file.fault(
                    "partition",
                    wanted.slug(),
                    "this partition is known as one of the kind " + entered.kind()
                            + ", and time on it is counted so; give the new one another name.");
        }
    }
}
