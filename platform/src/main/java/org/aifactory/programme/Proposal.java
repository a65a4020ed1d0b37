package org.aifactory.programme;

import java.time.Instant;
import java.util.Optional;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.PersonId;

/**
 * An answer to a call.
 *
 * @param number counts all proposals
 * @param organisation whose it is; empty for what was proposed elsewhere
 * @param version counts what was saved
 * @param content as it was saved last
 * @param submission what counts; empty where nothing was submitted
 * @param round that decided it
 */
record Proposal(
        ProposalId id,
        long number,
        CallId call,
        Optional<OrganisationId> organisation,
        ProposalState state,
        int version,
        ProposalContent content,
        Optional<Submission> submission,
        Optional<RoundId> round,
        Optional<PersonId> changedBy,
        Instant changed) {

    /**
     * What was submitted, and stays as it was then.
     *
     * @param version of the proposal
     * @param cutOff to which it belongs; empty for what was proposed elsewhere and has none
     */
    record Submission(int version, ProposalContent content, Instant at, Optional<Instant> cutOff) {}

    /** As the audit trail names it. */
    String subject() {
        return "proposal " + id;
    }
}
