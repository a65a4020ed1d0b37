package org.aifactory.programme;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.aifactory.facts.FileFault;
import org.aifactory.facts.Mark;
import org.aifactory.federation.Fact;
import org.aifactory.programme.ProposalContent.MachinePlan;
import org.aifactory.programme.ProposalContent.Member;
import org.aifactory.programme.ProposalContent.Partner;
import org.aifactory.programme.ProposalContent.Role;
import org.aifactory.programme.ProposalContent.Services;
import org.aifactory.programme.ProposalContent.Site;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** Reads what {@code examples/founding/programme/README.md} describes. A word that is not known there is a mistake of whoever wrote it. */
final class ProgrammeFile {
    private static final int LARGEST = 1 << 20;
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private ProgrammeFile() {}

    /**
     * A call that was published elsewhere, with what was decided for it.
     *
     * @param definition null, and {@code kind}, where another file has the call and this one only what was decided later
     */
    record CallFile(
            Map<String, String> sources,
            String slug,
            @Nullable CallKind kind,
            @Nullable CallDefinition definition,
            List<RoundEntry> rounds) {}

    /**
     * What was announced.
     *
     * @param unionEuro in whole euros, and {@code statesEuro}: all that is booked of it; left out where it was not published how much is whose
     */
    record RoundEntry(
            String slug,
            @Nullable LocalDateTime cutOff,
            LocalDate announced,
            @Nullable Long unionEuro,
            @Nullable Long statesEuro,
            Mark mark,
            List<String> sources,
            List<Fact> facts) {}

    record ProposalFile(
            Map<String, String> sources,
            String round,
            String slug,
            String title,
            String summary,
            Site site,
            MachinePlan machine,
            List<MemberEntry> consortium,
            List<Partner> partners,
            Services services,
            List<String> topics,
            List<Fact> facts) {

        /** With the addresses in place of their short names. */
        ProposalContent content(Path file) {
            return new ProposalContent(
                    title,
                    summary,
                    site,
                    machine,
                    List.of(),
                    consortium.stream()
                            .map(member -> new Member(
                                    member.country(),
                                    member.role(),
                                    cents(file, member),
                                    member.note(),
                                    member.mark(),
                                    addresses(file, sources, member.sources())))
                            .toList(),
                    partners,
                    services,
                    topics,
                    ProgrammeFile.facts(file, sources, facts));
        }
    }

    /** @param shareEuro in whole euros; left out where it was never published */
    record MemberEntry(
            String country,
            @Nullable Role role,
            @Nullable Long shareEuro,
            @Nullable String note,
            @Nullable Mark mark,
            @Nullable List<String> sources) {}

    private static @Nullable Long cents(Path file, MemberEntry member) {
        Long euros = member.shareEuro();
        if (euros != null && (euros < 0 || euros > CallRules.MOST_CENTS / 100)) {
            throw new FileFault(file + ", consortium, " + member.country() + ": " + euros
                    + " euros are not what a country can commit.");
        }
        return euros == null ? null : euros * 100;
    }

    static <T> T read(Path file, Class<T> form) {
        try {
            if (Files.size(file) > LARGEST) {
                throw new FileFault(file + ": the file is larger than one megabyte.");
            }
            LoaderOptions options = new LoaderOptions();
            options.setAllowDuplicateKeys(false);
            options.setMaxAliasesForCollections(0);
            DumperOptions unused = new DumperOptions();
            Object tree = new Yaml(
                            new SafeConstructor(options), new Representer(unused), unused, options, new PlainWords())
                    .load(Files.readString(file));
            T read = JSON.convertValue(tree, form);
            if (read == null) {
                throw new FileFault(file + ": the file is empty; its form is in the README beside it.");
            }
            return read;
        } catch (DatabindException broken) {
            throw new FileFault(file + ", " + place(broken) + ": " + broken.getOriginalMessage());
        } catch (YAMLException | JacksonException broken) {
            throw new FileFault(file + ": " + broken.getMessage());
        } catch (IOException unreadable) {
            throw new FileFault(file + ": the file cannot be read as text in UTF-8: " + unreadable.getMessage());
        }
    }

    private static String place(DatabindException broken) {
        return broken.getPath().stream()
                .map(part -> part.getPropertyName() == null ? "[" + part.getIndex() + "]" : part.getPropertyName())
                .collect(Collectors.joining("."));
    }

    /** The facts with the addresses of their sources; every one has a source. */
    static List<Fact> facts(Path file, Map<String, String> sources, @Nullable List<Fact> facts) {
        return facts == null
                ? List.of()
                : facts.stream()
                        .map(fact -> {
                            if (fact.sources() == null || fact.sources().isEmpty() || fact.mark() == null) {
                                throw new FileFault(file + ", facts, " + fact.what()
                                        + ": every figure has a mark and a source; name at least one of "
                                        + sources.keySet() + ".");
                            }
                            return new Fact(
                                    fact.what(), fact.value(), fact.mark(), addresses(file, sources, fact.sources()));
                        })
                        .toList();
    }

    private static List<String> addresses(Path file, Map<String, String> sources, @Nullable List<String> names) {
        return (names == null ? List.<String>of() : names)
                .stream()
                        .map(name -> {
                            String address = sources.get(name);
                            if (address == null) {
                                throw new FileFault(file + ": there is no source “" + name + "” in this file; it has "
                                        + sources.keySet() + ".");
                            }
                            return address;
                        })
                        .toList();
    }

    /** Dates, times and the code of Norway stay the words that they are. */
    private static final class PlainWords extends Resolver {
        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.BOOL, Pattern.compile("true|false"), "tf");
            addImplicitResolver(Tag.INT, Pattern.compile("-?(0|[1-9][0-9]*)"), "-0123456789");
            addImplicitResolver(Tag.FLOAT, Pattern.compile("-?(0|[1-9][0-9]*)\\.[0-9]+"), "-0123456789");
            addImplicitResolver(Tag.NULL, NULL, "~nN\0");
            addImplicitResolver(Tag.NULL, EMPTY, null);
        }
    }
}
