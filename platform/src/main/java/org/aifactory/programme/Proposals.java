package org.aifactory.programme;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.identity.Actor;
import org.aifactory.identity.Actor.Membership;
import org.aifactory.identity.AuditTrail;
import org.aifactory.identity.OrganisationId;
import org.aifactory.programme.Call.Phase;
import org.aifactory.programme.CallDefinition.Attachment;
import org.aifactory.programme.Documents.Document;
import org.aifactory.programme.Proposal.Submission;
import org.aifactory.review.Panels;
import org.aifactory.web.Problem;
import org.aifactory.web.Problem.FieldFault;
import org.aifactory.web.ProblemType;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Proposals as those see them who write them: saved while they are written, submitted, amended until the cut-off, taken back.
 *
 * <p>What counts is the version that was submitted last. What is saved afterwards counts only when it is submitted as well.
 */
@Service
class Proposals {
    private static final int MOST_SHOWN = 500;

    private final ProposalTable table;
    private final Calls calls;
    private final Countries countries;
    private final Documents documents;
    private final Changed changed;
    private final Panels panels;
    private final ReserveList reserve;
    private final AuditTrail audit;
    private final InstantSource clock;

    Proposals(
            ProposalTable table,
            Calls calls,
            Countries countries,
            Documents documents,
            Changed changed,
            Panels panels,
            ReserveList reserve,
            AuditTrail audit,
            InstantSource clock) {
        this.table = table;
        this.calls = calls;
        this.countries = countries;
        this.documents = documents;
        this.changed = changed;
        this.panels = panels;
        this.reserve = reserve;
        this.audit = audit;
        this.clock = clock;
    }

    /** Begins a proposal, with nothing in it or with all. */
    @Transactional
    Proposal begin(Actor actor, String slug, OrganisationId organisation, ProposalContent content) {
        actor.requireMayChange(organisation, "organisation", organisation);
        Call call = calls.named(Optional.of(actor), slug);
        requireNotOver(call, clock.instant());
        requireForm(call, content);
        ProposalId id = ProposalId.random();
        table.add(id, call.id(), organisation, content, actor.person(), now());
        audit.record(actor.person(), organisation, "proposal.begun", "proposal " + id, Map.of("call", call.slug()));
        return require(id);
    }

    /**
     * Saves a proposal as it is by now.
     *
     * @param version that the person has read
     * @throws Problem that tells which fields somebody else has changed since; then nothing is overwritten
     */
    @Transactional
    Proposal save(Actor actor, ProposalId id, int version, ProposalContent content) {
        Proposal proposal = lockToChange(actor, id);
        if (proposal.version() == version + 1 && proposal.content().equals(content)) {
            return proposal;
        }
        requireVersion(proposal, version);
        Call call = calls.require(proposal.call());
        requireForm(call, content);
        table.save(proposal, content, actor.person(), now());
        record(actor, proposal, "proposal.saved", Map.of("version", version + 1));
        return require(id);
    }

    /**
     * Submits what is saved. It belongs to the next cut-off that is not over at the moment of asking; the same version again changes
     * nothing.
     *
     * @param asked when the request came in
     * @throws Problem that says at each field what is missing or wrong, or that it is too late
     */
    @Transactional
    Proposal submit(Actor actor, ProposalId id, int version, Instant asked) {
        Proposal known = require(id);
        actor.requireMayChange(organisation(known), "proposal", id);
        // Whoever opens a panel locks the call first, too: it has all that came in, and nothing comes in behind it.
        Call call = calls.hold(known.call());
        Proposal proposal = lock(id);
        boolean isRepeat = proposal.state() == ProposalState.SUBMITTED
                && proposal.submission()
                        .filter(sent -> sent.version() == version)
                        .isPresent();
        if (isRepeat) {
            return proposal;
        }
        requireAmendable(proposal, asked);
        requireVersion(proposal, version);
        requireNotOver(call, asked);
        if (call.phase(asked) != Phase.OPEN) {
            throw Problem.of(
                    ProblemType.NOT_NOW,
                    "programme.refused.not-open",
                    call.definition().opening().orElse(asked));
        }
        List<FieldFault> faults = faults(call, proposal.content(), id);
        if (!faults.isEmpty()) {
            throw Problem.invalid(faults);
        }
        Instant cutOff = call.definition().cutOffFor(asked).orElseThrow();
        if (panels.about(Selections.subject(call, cutOff)).isPresent()) {
            throw Problem.of(ProblemType.NOT_NOW, "programme.refused.panel-open", cutOff);
        }
        table.submit(proposal, asked.truncatedTo(ChronoUnit.MICROS), cutOff);
        record(actor, proposal, "proposal.submitted", Map.of("version", version, "cutOff", cutOff.toString()));
        return require(id);
    }

    /** Takes a proposal back that was not refused; the money of one that was selected goes back to the call. */
    @Transactional
    Proposal withdraw(Actor actor, ProposalId id) {
        Proposal known = require(id);
        actor.requireMayChange(organisation(known), "proposal", id);
        // Whoever opens or decides a panel locks the call first, then the panel, and then its proposals.
        calls.hold(known.call());
        panels.withdraw(id.value());
        Proposal proposal = lock(id);
        if (proposal.state() == ProposalState.WITHDRAWN) {
            return proposal;
        }
        if (proposal.state() == ProposalState.SELECTED) {
            reserve.release(proposal);
        }
        table.move(proposal, ProposalState.WITHDRAWN, Optional.empty());
        record(actor, proposal, "proposal.withdrawn", Map.of("from", proposal.state()));
        return require(id);
    }

    @Transactional
    UUID attach(Actor actor, ProposalId id, String part, String name, byte[] content) {
        Proposal proposal = lockToChange(actor, id);
        Call call = calls.require(proposal.call());
        if (call.definition().documents().stream().map(Attachment::id).noneMatch(part::equals)) {
            throw Problem.invalid("part", "programme.fault.document-part");
        }
        UUID document = documents.add(id, part, name, content, actor.person(), now());
        record(actor, proposal, "proposal.document-added", Map.of("document", document, "bytes", content.length));
        return document;
    }

    /** Takes a document off. Of what was submitted the last one of its part stays, for documents are not submitted once more. */
    @Transactional
    void detach(Actor actor, ProposalId id, UUID document) {
        Proposal proposal = lockToChange(actor, id);
        if (proposal.state() == ProposalState.SUBMITTED && isLastOfPart(id, document)) {
            throw Problem.of(ProblemType.NOT_NOW, "programme.refused.document-submitted");
        }
        if (!documents.remove(id, document)) {
            throw Problem.notFound("document", document);
        }
        record(actor, proposal, "proposal.document-removed", Map.of("document", document));
    }

    private boolean isLastOfPart(ProposalId id, UUID document) {
        List<Document> all = documents.of(id);
        return all.stream()
                .filter(one -> one.id().equals(document))
                .anyMatch(one -> all.stream()
                                .filter(other -> other.part().equals(one.part()))
                                .count()
                        == 1);
    }

    /** What would keep it from being submitted, at each field. */
    List<FieldFault> faults(Call call, ProposalContent content, ProposalId id) {
        List<FieldFault> faults = new ArrayList<>(ProposalRules.faultsOfForm(call.definition(), countries, content));
        if (faults.isEmpty()) {
            faults.addAll(ProposalRules.faultsOfWhole(call.definition(), countries, content, documents.partsOf(id)));
        }
        return faults;
    }

    /** Likewise of one that is being typed and may not be saved yet; documents come later. */
    List<FieldFault> faults(Call call, ProposalContent content) {
        return faults(call, content, new ProposalId(new UUID(0, 0)));
    }

    List<ProposalRules.Verdict> verdicts(Call call, ProposalContent content) {
        return ProposalRules.verdicts(call.definition(), countries, content);
    }

    /** @throws Problem that there is no such proposal, where the person may not know of it */
    Proposal find(Actor actor, ProposalId id) {
        Proposal proposal = require(id);
        boolean mayRead = isOwn(actor, proposal)
                || (actor.isProgrammeOfficer() && isTold(proposal))
                || panels.mayRead(actor.person(), id.value());
        if (!mayRead) {
            throw Problem.notFound("proposal", id);
        }
        return proposal;
    }

    static boolean isOwn(Actor actor, Proposal proposal) {
        return proposal.organisation().filter(actor::maySee).isPresent();
    }

    /** Whether the programme office knows of it. */
    private static boolean isTold(Proposal proposal) {
        return proposal.submission().isPresent();
    }

    /** Those of the person's organisations, the newest first. */
    List<Proposal> of(Actor actor) {
        return table.of(
                actor.memberships().stream().map(Membership::organisation).toList(), MOST_SHOWN);
    }

    Proposal require(ProposalId id) {
        return table.find(id).orElseThrow(() -> Problem.notFound("proposal", id));
    }

    /** Whether it can still be changed at this moment. */
    boolean isAmendable(Proposal proposal) {
        return isAmendable(proposal, clock.instant());
    }

    private static boolean isAmendable(Proposal proposal, Instant now) {
        return switch (proposal.state()) {
            case DRAFT -> true;
            case SUBMITTED ->
                proposal.submission()
                        .flatMap(Submission::cutOff)
                        .filter(cutOff -> !now.isAfter(cutOff))
                        .isPresent();
            case WITHDRAWN, SELECTED, RESERVE, REFUSED -> false;
        };
    }

    private static void requireAmendable(Proposal proposal, Instant now) {
        if (!isAmendable(proposal, now)) {
            throw proposal.state() == ProposalState.SUBMITTED
                    ? Problem.of(
                            ProblemType.NOT_NOW,
                            "programme.refused.judged",
                            proposal.submission().flatMap(Submission::cutOff).orElse(now))
                    : Problem.of(ProblemType.NOT_NOW, "programme.refused.over", ProposalViews.state(proposal.state()));
        }
    }

    /** Whoever is late learns which cut-off was the last. */
    private static void requireNotOver(Call call, Instant now) {
        if (call.isImported()) {
            throw Problem.of(ProblemType.NOT_NOW, "programme.refused.elsewhere");
        }
        if (call.phase(now) == Phase.CLOSED) {
            throw Problem.of(
                    ProblemType.NOT_NOW,
                    "programme.refused.late",
                    call.definition().cutOffInstants().stream()
                            .max(Instant::compareTo)
                            .orElse(now));
        }
        if (call.phase(now) == Phase.DRAFT) {
            throw Problem.of(ProblemType.NOT_NOW, "programme.refused.not-published");
        }
    }

    private void requireForm(Call call, ProposalContent content) {
        List<FieldFault> faults = ProposalRules.faultsOfForm(call.definition(), countries, content);
        if (!faults.isEmpty()) {
            throw Problem.invalid(faults);
        }
    }

    private void requireVersion(Proposal proposal, int version) {
        if (proposal.version() != version) {
            List<String> fields = table.version(proposal.id(), version)
                    .map(read -> changed.fields(read, proposal.content()))
                    .orElse(List.of());
            throw Problem.of(
                            ProblemType.CHANGED_MEANWHILE,
                            "programme.refused.changed",
                            proposal.changed(),
                            fields.isEmpty() ? "–" : String.join(", ", fields))
                    .with(Map.of("version", proposal.version(), "changed", fields));
        }
    }

    private Proposal lockToChange(Actor actor, ProposalId id) {
        Proposal proposal = lock(id);
        actor.requireMayChange(organisation(proposal), "proposal", id);
        requireAmendable(proposal, clock.instant());
        return proposal;
    }

    private Proposal lock(ProposalId id) {
        return table.lock(id).orElseThrow(() -> Problem.notFound("proposal", id));
    }

    /** Nobody changes what was proposed elsewhere. */
    private static OrganisationId organisation(Proposal proposal) {
        return proposal.organisation().orElseThrow(() -> Problem.notFound("proposal", proposal.id()));
    }

    private void record(Actor actor, Proposal proposal, String action, Map<String, ?> details) {
        audit.record(actor.person(), proposal.organisation().orElse(null), action, proposal.subject(), details);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
