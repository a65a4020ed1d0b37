package org.aifactory.hosting;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.aifactory.facts.Mark;
import org.aifactory.facts.Sources;
import org.aifactory.facts.YamlPart;
import org.aifactory.hosting.Hosting.Place;
import org.jspecify.annotations.Nullable;

/** What a file tells of a factory that was selected elsewhere; {@code examples/founding/hosting/README.md} describes the form. */
final class HostingFile {
    private static final String COORDINATE = "-?\\d{1,3}(\\.\\d{1,5})?";
    private static final String RATIO = "\\d{1,15}/[1-9]\\d{0,14}";

    final YamlPart root;
    final YamlPart factory;
    final YamlPart proposal;
    final Optional<Place> place;
    final List<Agreement> agreements;
    final List<Milestone> milestones;

    HostingFile(Path file) {
        root = YamlPart.read(file);
        Map<String, YamlPart> fields =
                root.fields(Set.of("sources", "factory", "proposal", "place", "agreements", "milestones"));
        Sources sources = Sources.of(root.need(fields, "sources"));
        factory = root.need(fields, "factory");
        proposal = root.need(fields, "proposal");
        place = Optional.ofNullable(fields.get("place")).map(part -> place(part, sources));
        agreements = YamlPart.items(fields.get("agreements")).stream()
                .map(part -> agreement(part, sources))
                .toList();
        milestones = milestones(fields.get("milestones"), sources);
    }

    private static Place place(YamlPart part, Sources sources) {
        Map<String, YamlPart> fields = part.fields(Set.of("latitude", "longitude", "sources"));
        double latitude = coordinate(part.need(fields, "latitude"));
        double longitude = coordinate(part.need(fields, "longitude"));
        if (!Place.isOnEarth(latitude, longitude)) {
            throw part.fault("there is no such place on earth.");
        }
        return new Place(latitude, longitude, sources.named(part.need(fields, "sources"), Mark.SECONDARY));
    }

    private static double coordinate(YamlPart part) {
        return Double.parseDouble(part.matching(COORDINATE, "degrees with five decimals at most, such as 41.38"));
    }

    private static Agreement agreement(YamlPart part, Sources sources) {
        Map<String, YamlPart> fields = part.fields(Set.of("from", "reason", "shares"));
        List<Share> shares = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (YamlPart share : part.need(fields, "shares").list()) {
            Share read = share(share, sources);
            if (!seen.add(read.participant())) {
                throw share.fault(read.participant() + " stands here twice.");
            }
            shares.add(read);
        }
        if (shares.stream().filter(share -> share.role() == Role.HOST).count() != 1) {
            throw part.fault("one of the shares is that of the HOST.");
        }
        List<Ratio> known =
                shares.stream().flatMap(share -> share.part().stream()).toList();
        boolean areAllKnown = known.size() == shares.size();
        if (areAllKnown && !Ratio.areWhole(known)) {
            throw part.fault("all shares together are not the whole.");
        }
        if (!areAllKnown && Ratio.compareWithWhole(known) > 0) {
            throw part.fault("the shares that are known are more than the whole.");
        }
        YamlPart reason = fields.get("reason");
        return new Agreement(part.need(fields, "from").day(), shares, reason == null ? "" : reason.text());
    }

    private static Share share(YamlPart part, Sources sources) {
        Map<String, YamlPart> fields = part.fields(Set.of("participant", "role", "share", "mark", "sources"));
        YamlPart who = part.need(fields, "participant");
        String participant = who.matching("[A-Z]{2}", "EU or the code of a country, ISO 3166-1");
        Role role = part.need(fields, "role").one(Role.class);
        if ((role == Role.UNION) != participant.equals(Share.UNION)) {
            throw who.fault("EU is the UNION, and countries are HOST or JOINER.");
        }
        YamlPart share = fields.get("share");
        if (share == null) {
            return Share.unknown(participant, role);
        }
        Mark mark = part.need(fields, "mark").one(Mark.class);
        if (mark == Mark.UNVERIFIED) {
            throw part.fault("shares are calculated with, so an UNVERIFIED one is left out.");
        }
        return new Share(
                participant,
                role,
                Optional.of(ratio(share)),
                Optional.of(mark),
                sources.named(part.need(fields, "sources"), mark));
    }

    private static Ratio ratio(YamlPart part) {
        String[] parts = part.matching(RATIO, "a fraction, such as 1/2").split("/", -1);
        long numerator = Long.parseLong(parts[0]);
        long denominator = Long.parseLong(parts[1]);
        if (numerator > denominator) {
            throw part.fault("this is more than the whole.");
        }
        return new Ratio(numerator, denominator);
    }

    private static List<Milestone> milestones(@Nullable YamlPart list, Sources sources) {
        Map<Step, Milestone> read = new EnumMap<>(Step.class);
        LocalDate last = LocalDate.MIN;
        for (YamlPart part : YamlPart.items(list)) {
            Map<String, YamlPart> fields = part.fields(Set.of("step", "planned", "reached", "mark", "sources"));
            Step step = part.need(fields, "step").one(Step.class);
            Mark mark = part.need(fields, "mark").one(Mark.class);
            Optional<LocalDate> reached =
                    Optional.ofNullable(fields.get("reached")).map(YamlPart::day);
            if (read.keySet().stream().anyMatch(earlier -> earlier.compareTo(step) >= 0)
                    || reached.filter(last::isAfter).isPresent()) {
                throw part.fault(
                        "milestones stand in their order, each once, and none is reached before the one above it.");
            }
            last = reached.orElse(last);
            read.put(
                    step,
                    new Milestone(
                            step,
                            Optional.ofNullable(fields.get("planned")).map(YamlPart::day),
                            reached,
                            Optional.of(mark),
                            sources.named(part.need(fields, "sources"), mark)));
        }
        return List.copyOf(read.values());
    }
}
