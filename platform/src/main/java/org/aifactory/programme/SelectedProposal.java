package org.aifactory.programme;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.aifactory.facts.Mark;
import org.aifactory.identity.OrganisationId;
import org.aifactory.web.Message;

/**
 * A proposal that was selected, as those see it who make a factory of it.
 *
 * @param call its slug
 * @param decided on which day, where the call is
 * @param organisation whose it is; empty for what was proposed elsewhere
 * @param host who it is for people
 * @param country where the machine stands; ISO 3166-1 alpha-2
 * @param backers the countries that stand behind it, the host first
 * @param costCents all that it costs, in euro cents; 0 where that was not said
 * @param unionCents what of it the Union pays
 * @param ceiling up to what the Union may pay by the rates of the call; empty where it has none
 * @param mayHost whether the call lets a country host
 * @param mayJoin whether the call lets a country join
 * @param isImported whether it was proposed elsewhere, so that much of it may be unknown
 */
public record SelectedProposal(
        ProposalId id,
        String call,
        Message callTitle,
        LocalDate decided,
        String title,
        Optional<OrganisationId> organisation,
        String host,
        String city,
        String country,
        List<Backer> backers,
        long costCents,
        long unionCents,
        Optional<Ceiling> ceiling,
        Predicate<String> mayHost,
        Predicate<String> mayJoin,
        boolean isImported) {

    /**
     * A country with what it commits.
     *
     * @param cents empty where it was never published
     * @param note how it was published, where that was otherwise than in euros and exactly
     * @param mark how well it is known; empty for what was written here
     */
    public record Backer(
            String country,
            boolean isHost,
            OptionalLong cents,
            Optional<String> note,
            Optional<Mark> mark,
            List<String> sources) {}

    /** A share of the whole that is not to be passed: {@code part} of {@code whole}. */
    public record Ceiling(BigDecimal part, BigDecimal whole) {

        /** Whether a share is within it; worked out without rounding. */
        public boolean allows(long otherPart, long otherWhole) {
            return BigDecimal.valueOf(otherPart)
                            .multiply(whole)
                            .compareTo(part.multiply(BigDecimal.valueOf(otherWhole)))
                    <= 0;
        }
    }
}
