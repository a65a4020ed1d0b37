package org.aifactory.hosting;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.aifactory.facts.Mark;

/**
 * What somebody has of a factory: of its cost and of the time on its machines.
 *
 * @param participant {@link #UNION}, or a country: ISO 3166-1 alpha-2
 * @param part of the whole; empty where it was never published, which only what was agreed elsewhere may be
 * @param mark how well it is known; empty for what was agreed here, and for what is not known
 */
public record Share(String participant, Role role, Optional<Ratio> part, Optional<Mark> mark, List<String> sources) {
    /** The European Union, as a participant. */
    public static final String UNION = "EU";

    /** The Union, the host, and who joins by their codes. */
    static final Comparator<Share> IN_ORDER = Comparator.comparing(Share::role).thenComparing(Share::participant);

    public Share {
        if ((role == Role.UNION) != participant.equals(UNION)) {
            throw new IllegalArgumentException(participant + " cannot take part as " + role + ".");
        }
        sources = List.copyOf(sources);
    }

    static Share agreed(String participant, Role role, Ratio part) {
        return new Share(participant, role, Optional.of(part), Optional.empty(), List.of());
    }

    static Share unknown(String participant, Role role) {
        return new Share(participant, role, Optional.empty(), Optional.empty(), List.of());
    }
}
