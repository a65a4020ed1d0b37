package org.aifactory.review;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Why somebody may not judge a paper. */
enum Conflict {
    /** They act for the organisation whose it is. */
    SAME_ORGANISATION,
    /** They act for an organisation that has a part in it. */
    CO_APPLICANT,
    /** They live where it would stand. */
    SAME_COUNTRY,
    /** They said so themselves. */
    DECLARED;

    /** Nothing where they may. */
    static Set<Conflict> between(Reviewer reviewer, Paper paper) {
        Set<Conflict> found = EnumSet.noneOf(Conflict.class);
        if (reviewer.organisations().contains(paper.organisation())) {
            found.add(SAME_ORGANISATION);
        }
        if (!Collections.disjoint(reviewer.organisations(), paper.partners())) {
            found.add(CO_APPLICANT);
        }
        if (reviewer.country().equals(paper.country())) {
            found.add(SAME_COUNTRY);
        }
        if (reviewer.declared().countries().contains(paper.country())
                || reviewer.declared().organisations().stream().anyMatch(paper::concerns)) {
            found.add(DECLARED);
        }
        return found;
    }

    /** As it stands in keys of messages. */
    String slug() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
