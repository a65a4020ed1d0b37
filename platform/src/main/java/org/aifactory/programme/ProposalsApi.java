package org.aifactory.programme;

import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.identity.Actor;
import org.aifactory.identity.OrganisationId;
import org.aifactory.programme.ProposalRules.Verdict;
import org.aifactory.programme.ProposalViews.ProposalView;
import org.aifactory.programme.ProposalViews.SumsView;
import org.aifactory.web.Download;
import org.aifactory.web.Problem;
import org.aifactory.web.Problem.FieldFault;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Proposals over HTTP. */
@RestController
class ProposalsApi {
    private final Proposals proposals;
    private final ProposalViews views;
    private final Calls calls;
    private final Documents documents;
    private final InstantSource clock;

    ProposalsApi(Proposals proposals, ProposalViews views, Calls calls, Documents documents, InstantSource clock) {
        this.proposals = proposals;
        this.views = views;
        this.calls = calls;
        this.documents = documents;
        this.clock = clock;
    }

    /** What is known of a proposal before it is submitted. */
    record Checked(boolean submittable, List<FieldFault> faults, List<Verdict> rules, SumsView sums) {}

    @Operation(summary = "What would keep a proposal from being submitted, while it is typed. Nothing is recorded")
    @PostMapping("/api/calls/{call}/check")
    Checked check(Actor actor, @PathVariable String call, @RequestBody ProposalContent content) {
        Call found = calls.named(Optional.of(actor), call);
        List<FieldFault> faults = proposals.faults(found, content);
        return new Checked(
                faults.isEmpty(),
                faults,
                proposals.verdicts(found, content),
                ProposalRules.isCountable(content)
                        ? ProposalViews.sums(content)
                        : ProposalViews.sums(ProposalContent.empty()));
    }

    /** @param content left out, an empty one is begun */
    record NewProposal(@NotNull UUID organisation, @Nullable ProposalContent content) {}

    @Operation(
            summary =
                    "Begin a proposal for an organisation; only those of the organisation see it until it is submitted")
    @ResponseStatus(HttpStatus.CREATED)
    @PostMapping("/api/calls/{call}/proposals")
    ResponseEntity<ProposalView> begin(Actor actor, @PathVariable String call, @Valid @RequestBody NewProposal wish) {
        Proposal begun = proposals.begin(
                actor,
                call,
                new OrganisationId(wish.organisation()),
                wish.content() == null ? ProposalContent.empty() : wish.content());
        return ResponseEntity.created(URI.create("/api/proposals/" + begun.id()))
                .body(views.view(actor, begun));
    }

    @Operation(summary = "The proposals of your organisations, the newest first")
    @GetMapping("/api/proposals")
    List<ProposalView> all(Actor actor) {
        return proposals.of(actor).stream()
                .map(proposal -> views.view(actor, proposal))
                .toList();
    }

    @Operation(summary = "A proposal with all that is still missing; the programme office sees what was submitted")
    @GetMapping("/api/proposals/{proposal}")
    ProposalView one(Actor actor, @PathVariable UUID proposal) {
        return views.view(actor, proposals.find(actor, new ProposalId(proposal)));
    }

    /** @param version that was read */
    record Saved(@NotNull Integer version, @NotNull ProposalContent content) {}

    @Operation(
            summary =
                    "Save a proposal; where somebody else saved it since, nothing is overwritten and the answer names what they changed")
    @PutMapping("/api/proposals/{proposal}")
    ProposalView save(Actor actor, @PathVariable UUID proposal, @Valid @RequestBody Saved wish) {
        return views.view(actor, proposals.save(actor, new ProposalId(proposal), wish.version(), wish.content()));
    }

    /** @param version that was read */
    record Version(@NotNull Integer version) {}

    @Operation(
            summary =
                    "Submit what is saved, for the next cut-off; until then it can be changed and submitted again. The same version again changes nothing")
    @PostMapping("/api/proposals/{proposal}/submit")
    ProposalView submit(Actor actor, @PathVariable UUID proposal, @Valid @RequestBody Version wish) {
        Instant asked = clock.instant();
        return views.view(actor, proposals.submit(actor, new ProposalId(proposal), wish.version(), asked));
    }

    @Operation(summary = "Take back a proposal that is not decided")
    @PostMapping("/api/proposals/{proposal}/withdraw")
    ProposalView withdraw(Actor actor, @PathVariable UUID proposal) {
        return views.view(actor, proposals.withdraw(actor, new ProposalId(proposal)));
    }

    @Operation(summary = "Attach a PDF file of at most 10 MB to a part of the proposal that the call names")
    @ResponseStatus(HttpStatus.CREATED)
    @PostMapping(path = "/api/proposals/{proposal}/documents", consumes = MediaType.APPLICATION_PDF_VALUE)
    ProposalView attach(
            Actor actor,
            @PathVariable UUID proposal,
            @RequestParam String part,
            @RequestParam String name,
            InputStream body)
            throws IOException {
        ProposalId id = new ProposalId(proposal);
        proposals.find(actor, id);
        proposals.attach(actor, id, part, name, body.readNBytes(Documents.LARGEST + 1));
        return views.view(actor, proposals.find(actor, id));
    }

    @Operation(summary = "A document of a proposal")
    @GetMapping("/api/proposals/{proposal}/documents/{document}")
    ResponseEntity<byte[]> document(Actor actor, @PathVariable UUID proposal, @PathVariable UUID document) {
        ProposalId id = new ProposalId(proposal);
        proposals.find(actor, id);
        return documents
                .content(id, document)
                .map(content -> Download.of(document + ".pdf", MediaType.APPLICATION_PDF)
                        .body(content))
                .orElseThrow(() -> Problem.notFound("document", document));
    }

    @Operation(summary = "Take a document off a proposal")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @DeleteMapping("/api/proposals/{proposal}/documents/{document}")
    void detach(Actor actor, @PathVariable UUID proposal, @PathVariable UUID document) {
        proposals.detach(actor, new ProposalId(proposal), document);
    }
}
