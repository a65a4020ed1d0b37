package org.aifactory.programme;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.aifactory.identity.Actor;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.Organisations;
import org.aifactory.identity.Organisations.Organisation;
import org.aifactory.programme.Documents.Document;
import org.aifactory.programme.Proposal.Submission;
import org.aifactory.programme.ProposalRules.Verdict;
import org.aifactory.programme.Selections.Letter;
import org.aifactory.web.Message;
import org.aifactory.web.Problem.FieldFault;
import org.springframework.stereotype.Component;

/** Proposals as people and programs read them. */
@Component
class ProposalViews {
    private final Proposals proposals;
    private final Calls calls;
    private final Documents documents;
    private final Organisations organisations;
    private final Selections selections;

    ProposalViews(
            Proposals proposals, Calls calls, Documents documents, Organisations organisations, Selections selections) {
        this.proposals = proposals;
        this.calls = calls;
        this.documents = documents;
        this.organisations = organisations;
        this.selections = selections;
    }

    /**
     * What was submitted.
     *
     * @param isLatest whether nothing was saved since
     */
    record SubmissionView(int version, Instant at, Optional<Instant> cutOff, boolean isLatest) {}

    record SumsView(BigDecimal costEur, BigDecimal unionEur, BigDecimal statesEur) {}

    /**
     * A proposal.
     *
     * @param reference as people say it: {@code P-17}
     * @param content as it was saved last; for others than its organisation as it was submitted
     * @param faults what would keep it from being submitted; nothing for others
     * @param letter what was decided, once it is
     * @param amendable whether it can be changed now
     */
    record ProposalView(
            ProposalId id,
            String reference,
            String call,
            Message callTitle,
            Optional<OrganisationId> organisation,
            String organisationName,
            ProposalState state,
            int version,
            ProposalContent content,
            SumsView sums,
            Optional<SubmissionView> submission,
            Optional<Instant> next,
            boolean amendable,
            boolean mayChange,
            List<FieldFault> faults,
            List<Verdict> rules,
            List<Document> documents,
            Optional<Letter> letter) {}

    ProposalView view(Actor actor, Proposal proposal) {
        Call call = calls.require(proposal.call());
        boolean isOwn = Proposals.isOwn(actor, proposal);
        ProposalContent content = isOwn
                ? proposal.content()
                : proposal.submission().map(Submission::content).orElse(ProposalContent.empty());
        boolean isAmendable = proposals.isAmendable(proposal);
        return new ProposalView(
                proposal.id(),
                reference(proposal),
                call.slug(),
                call.definition().title().said(),
                proposal.organisation(),
                proposal.organisation()
                        .flatMap(organisations::find)
                        .map(Organisation::name)
                        .orElse(""),
                proposal.state(),
                proposal.version(),
                content,
                sums(content),
                proposal.submission()
                        .map(sent -> new SubmissionView(
                                sent.version(), sent.at(), sent.cutOff(), sent.version() == proposal.version())),
                isAmendable ? calls.next(call) : Optional.empty(),
                isAmendable,
                isAmendable && proposal.organisation().filter(actor::mayChange).isPresent(),
                isOwn && isAmendable ? proposals.faults(call, content, proposal.id()) : List.of(),
                proposals.verdicts(call, content),
                documents.of(proposal.id()),
                isOwn || actor.isProgrammeOfficer() ? selections.letter(proposal) : Optional.empty());
    }

    static SumsView sums(ProposalContent content) {
        long cost = content.costCents();
        long union = content.unionCents();
        return new SumsView(Summary.euros(cost), Summary.euros(union), Summary.euros(cost - union));
    }

    static String reference(Proposal proposal) {
        return "P-" + proposal.number();
    }

    static Message state(ProposalState state) {
        return Message.of("programme.state." + state.slug());
    }
}
