package org.aifactory.federation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.aifactory.facts.FileFault;
import org.aifactory.facts.Mark;
import org.aifactory.facts.Sources;
import org.aifactory.facts.YamlPart;
import org.aifactory.federation.Machine.Connection;
import org.jspecify.annotations.Nullable;

/**
 * One factory as a file tells it; {@code examples/founding/README.md} describes the form. Machines that are read from a file are not
 * connected.
 */
final class CatalogueFile {
    private static final String SLUG = "[a-z0-9][a-z0-9-]{0,62}";
    private static final int MOST_NODES = 1_000_000;
    private static final int MOST_IN_A_NODE = 100_000;

    private final Predicate<String> isKnownFact;
    private final Sources sources;
    /** Where each slug stands, for what is found out about it later. */
    private final Map<String, YamlPart> places = new LinkedHashMap<>();

    final Factory factory;
    final List<MachineEntry> machines;

    /** A machine and its partitions. The ids are new; the slugs say what is known already. */
    record MachineEntry(Machine machine, List<Partition> partitions) {}

    /**
     * @param isKnownFact whether there are words for what a figure says
     * @throws FileFault when the file is not in that form
     */
    CatalogueFile(Path file, Predicate<String> isKnownFact) {
        this.isKnownFact = isKnownFact;
        YamlPart root = YamlPart.read(file);
        Map<String, YamlPart> fields = root.fields(Set.of("sources", "factory", "machines"));
        sources = Sources.of(root.need(fields, "sources"));
        factory = factory(root.need(fields, "factory"));
        machines = YamlPart.items(fields.get("machines")).stream()
                .map(part -> machine(factory.id(), part))
                .toList();
    }

    /** What is wrong with the thing of this slug. */
    FileFault fault(String kind, String slug, String advice) {
        YamlPart place = places.get(kind + " " + slug);
        return place == null ? new FileFault(kind + " " + slug + ": " + advice) : place.fault(advice);
    }

    private Factory factory(YamlPart part) {
        Map<String, YamlPart> fields = part.fields(Set.of("slug", "name", "host", "city", "country", "facts"));
        return new Factory(
                FactoryId.random(),
                slug("factory", part.need(fields, "slug")),
                part.need(fields, "name").text(),
                Optional.empty(),
                part.need(fields, "host").text(),
                part.need(fields, "city").text(),
                Optional.of(part.need(fields, "country")
                        .matching("[A-Z]{2}", "a country as ISO 3166-1 writes it in two letters: FI")),
                facts(fields.get("facts")));
    }

    private MachineEntry machine(FactoryId factory, YamlPart part) {
        Map<String, YamlPart> fields = part.fields(Set.of("slug", "name", "facts", "partitions"));
        Machine machine = new Machine(
                MachineId.random(),
                factory,
                slug("machine", part.need(fields, "slug")),
                part.need(fields, "name").text(),
                Connection.NONE,
                true,
                facts(fields.get("facts")));
        return new MachineEntry(
                machine,
                YamlPart.items(fields.get("partitions")).stream()
                        .map(partition -> partition(machine.id(), partition))
                        .toList());
    }

    private Partition partition(MachineId machine, YamlPart part) {
        Map<String, YamlPart> fields = part.fields(
                Set.of("slug", "name", "kind", "nodes", "gpus-per-node", "cores-per-node", "memory-per-node", "facts"));
        PartitionKind kind = part.need(fields, "kind").one(PartitionKind.class);
        YamlPart gpus = fields.get("gpus-per-node");
        if (kind == PartitionKind.CPU && gpus != null) {
            throw gpus.fault("a partition of the kind CPU has no GPUs; leave the field out.");
        }
        List<Fact> facts = new ArrayList<>();
        int nodes = shape(part.need(fields, "nodes"), "nodes", MOST_NODES, facts);
        int gpusPerNode = kind == PartitionKind.CPU
                ? 0
                : shape(part.need(fields, "gpus-per-node"), "gpus-per-node", MOST_IN_A_NODE, facts);
        int coresPerNode = shape(part.need(fields, "cores-per-node"), "cores-per-node", MOST_IN_A_NODE, facts);
        long memory = memory(fields.get("memory-per-node"), facts);
        facts.addAll(facts(fields.get("facts")));
        return new Partition(
                PartitionId.random(),
                machine,
                slug("partition", part.need(fields, "slug")),
                part.need(fields, "name").text(),
                kind,
                gpusPerNode,
                coresPerNode,
                memory,
                nodes,
                Optional.empty(),
                true,
                Optional.empty(),
                List.copyOf(facts));
    }

    private int shape(YamlPart part, String what, int most, List<Fact> facts) {
        Map<String, YamlPart> fields = part.fields(Set.of("value", "mark", "sources"));
        int value = part.need(fields, "value").number(1, most);
        facts.add(calculable(part, fact(part, what, fields)));
        return value;
    }

    /** In bytes; 0 where it is not known. Memory comes in powers of two, whatever is written on it. */
    private long memory(@Nullable YamlPart part, List<Fact> facts) {
        if (part == null) {
            return 0;
        }
        Map<String, YamlPart> fields = part.fields(Set.of("value", "mark", "sources"));
        String value = part.need(fields, "value").matching("[1-9]\\d{0,5} GiB", "a whole number of GiB: 512 GiB");
        facts.add(calculable(part, fact(part, "memory-per-node", fields)));
        return Long.parseLong(value.substring(0, value.indexOf(' '))) << 30;
    }

    private static Fact calculable(YamlPart part, Fact fact) {
        if (fact.mark() == Mark.UNVERIFIED) {
            throw part.fault("this is calculated with, so it cannot be UNVERIFIED; find a better source,"
                    + " or make it a fact of the machine and leave the partition out.");
        }
        return fact;
    }

    private List<Fact> facts(@Nullable YamlPart part) {
        List<Fact> facts = new ArrayList<>();
        for (YamlPart fact : YamlPart.items(part)) {
            Map<String, YamlPart> fields = fact.fields(Set.of("what", "value", "mark", "sources"));
            YamlPart what = fact.need(fields, "what");
            String word = what.matching("[a-z][a-z0-9-]{0,40}", "a word of small letters, digits and hyphens");
            if (!isKnownFact.test(word)) {
                throw what.fault("there are no words for “" + word + "”; use one that has, or add fact." + word
                        + " to the messages of federation in English and Korean.");
            }
            facts.add(fact(fact, word, fields));
        }
        return List.copyOf(facts);
    }

    private Fact fact(YamlPart part, String what, Map<String, YamlPart> fields) {
        Mark mark = part.need(fields, "mark").one(Mark.class);
        return new Fact(
                what, part.need(fields, "value").text(), mark, sources.named(part.need(fields, "sources"), mark));
    }

    private String slug(String kind, YamlPart part) {
        String slug = part.matching(SLUG, "a name for addresses: small letters, digits and hyphens");
        if (places.put(kind + " " + slug, part) != null) {
            throw part.fault(
                    "there is another " + kind + " “" + slug + "” in this file; names in addresses are unique.");
        }
        return slug;
    }
}
