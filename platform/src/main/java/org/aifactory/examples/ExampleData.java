package org.aifactory.examples;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.examples.ExamplePeople.Entered;
import org.aifactory.facts.FileFault;
import org.aifactory.federation.CatalogueFolder;
import org.aifactory.federation.Factories;
import org.aifactory.federation.HourUnit;
import org.aifactory.federation.Machine;
import org.aifactory.federation.Machines;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Partitions;
import org.aifactory.federation.Pools;
import org.aifactory.funds.FundsFolder;
import org.aifactory.hosting.HostingFolder;
import org.aifactory.identity.Actor;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.People;
import org.aifactory.identity.PersonId;
import org.aifactory.identity.Secret;
import org.aifactory.ledger.EntryId;
import org.aifactory.observatory.ObservatoryFolder;
import org.aifactory.programme.ProgrammeFolder;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Enters example data, and knows the links by which example people sign in until the platform stops. */
@Service
@EnableConfigurationProperties(ExampleSettings.class)
public class ExampleData {
    private static final BigDecimal HOURS_IN_POOL = BigDecimal.valueOf(30 * 24);

    /** The folder in the folder: calls, and what was selected. */
    private static final String PROGRAMME = "programme";

    /** The file in the folder that names the one beside it to which it adds. */
    private static final String AFTER = "after.txt";

    private final ExampleSettings settings;
    private final CatalogueFolder catalogue;
    private final ObservatoryFolder observatory;
    private final ProgrammeFolder programme;
    private final FundsFolder funds;
    private final HostingFolder hosting;
    private final ExamplePeople examples;
    private final People people;
    private final Factories factories;
    private final Machines machines;
    private final Partitions partitions;
    private final Pools pools;
    /** By code. */
    private volatile Map<String, PersonId> doors = Map.of();

    private volatile List<Link> links = List.of();

    ExampleData(
            ExampleSettings settings,
            CatalogueFolder catalogue,
            ObservatoryFolder observatory,
            ProgrammeFolder programme,
            FundsFolder funds,
            HostingFolder hosting,
            ExamplePeople examples,
            People people,
            Factories factories,
            Machines machines,
            Partitions partitions,
            Pools pools) {
        this.settings = settings;
        this.catalogue = catalogue;
        this.observatory = observatory;
        this.programme = programme;
        this.funds = funds;
        this.hosting = hosting;
        this.examples = examples;
        this.people = people;
        this.factories = factories;
        this.machines = machines;
        this.partitions = partitions;
        this.pools = pools;
    }

    /**
     * A link that signs a browser on this computer in.
     *
     * @param key the role in one word
     * @param name with the role
     * @param path of the platform's address
     */
    public record Link(String key, String name, String path) {}

    /** One for each example person; none where there is no example data. */
    public List<Link> links() {
        return links;
    }

    /** After the local factory is entered. */
    @EventListener(ApplicationStartedEvent.class)
    @Order(10)
    @Transactional
    public void enterAtStart() {
        Path folder = settings.folder();
        if (folder != null) {
            enter(folder);
        }
    }

    /**
     * Enters the factories, initiatives, rates and funds of a folder, the rounds in which factories were selected, who shares them, and the example
     * people, of whom one operates this computer and has time on it to give. Again, it
     * changes nothing but the links.
     *
     * @throws org.aifactory.facts.FileFault when a file of the folder is not as it should be
     */
    @Transactional
    public void enter(Path folder) {
        load(folder);
        Map<ExamplePerson, Entered> entered = new EnumMap<>(ExamplePerson.class);
        for (ExamplePerson who : ExamplePerson.values()) {
            entered.put(who, examples.enter(who));
        }
        Entered operator = entered.get(ExamplePerson.OPERATOR);
        if (operator != null) {
            lend(operator);
        }
        open(entered);
    }

    private void load(Path folder) {
        earlier(folder).ifPresent(this::load);
        catalogue.load(folder);
        observatory.load(folder);
        funds.load(folder);
        Path rounds = folder.resolve(PROGRAMME);
        if (Files.isDirectory(rounds)) {
            programme.load(rounds);
        }
        hosting.load(folder);
    }

    /** The folder beside it that it adds to. */
    private static Optional<Path> earlier(Path folder) {
        Path after = folder.resolve(AFTER);
        if (!Files.exists(after)) {
            return Optional.empty();
        }
        try {
            String name = Files.readString(after).strip();
            Path earlier = folder.resolveSibling(name);
            if (!name.matches("[a-z0-9-]+") || !Files.isDirectory(earlier) || Files.exists(earlier.resolve(AFTER))) {
                throw new FileFault(after + ": there is no folder “" + name + "” beside this one that comes first.");
            }
            return Optional.of(earlier);
        } catch (IOException unreadable) {
            throw new FileFault(after + ": the file cannot be read: " + unreadable.getMessage());
        }
    }

    private void lend(Entered operator) {
        machines.all().stream()
                .filter(machine -> machine.connection() == Machine.Connection.LOCAL)
                .forEach(machine -> lend(machine, operator.organisation(), operator.person()));
    }

    private void lend(Machine computer, OrganisationId organisation, PersonId person) {
        factories.giveUnoperated(computer.factory(), organisation);
        Actor operator = people.actor(person).orElseThrow();
        partitions.of(computer.id()).stream()
                .filter(partition -> partitions.mayOperate(operator, partition))
                .filter(partition -> pools.balance(partition.id()).granted() == 0)
                .forEach(partition -> fill(operator, partition));
    }

    private void fill(Actor operator, Partition partition) {
        pools.fill(
                operator,
                partition.id(),
                new EntryId(UUID.randomUUID()),
                HOURS_IN_POOL.multiply(BigDecimal.valueOf(partition.nodes())),
                HourUnit.NODE_HOUR,
                "Example data: 30 days of all of it");
    }

    private void open(Map<ExamplePerson, Entered> entered) {
        Map<String, PersonId> byCode = new java.util.HashMap<>();
        List<Link> opened = Arrays.stream(ExamplePerson.values())
                .map(who -> {
                    String code = Secret.random();
                    byCode.put(
                            code,
                            java.util.Objects.requireNonNull(entered.get(who)).person());
                    return new Link(who.key(), who.nameWithRole(), "/example-people/" + code);
                })
                .toList();
        doors = Map.copyOf(byCode);
        links = opened;
    }

    /** Whom a code signs in. A code has 256 random bits, so how long it takes to look one up tells nothing of others. */
    Optional<PersonId> behind(String code) {
        return Optional.ofNullable(doors.get(code));
    }
}
