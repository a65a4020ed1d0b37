package org.aifactory.programme;

import java.io.IOException;
import java.util.List;
import org.aifactory.identity.ExportArchive;
import org.aifactory.identity.OrganisationExport;
import org.aifactory.identity.OrganisationId;
import org.aifactory.programme.Documents.Document;
import org.springframework.stereotype.Component;

/** What an organisation has proposed, and what was decided on it. */
@Component
class ProgrammeExport implements OrganisationExport {
    private final ProposalTable proposals;
    private final Documents documents;
    private final Selections selections;

    ProgrammeExport(ProposalTable proposals, Documents documents, Selections selections) {
        this.proposals = proposals;
        this.documents = documents;
        this.selections = selections;
    }

    @Override
    public List<Folder> folders() {
        return List.of(
                new Folder(
                        "proposals",
                        "Each proposal as it was saved last and as it was submitted, the list of its documents, and the letter of the decision."));
    }

    /** A proposal with all that belongs to it. */
    record Exported(Proposal proposal, List<Document> documents, java.util.Optional<Selections.Letter> letter) {}

    @Override
    public void write(OrganisationId organisation, ExportArchive archive) throws IOException {
        for (Proposal proposal : proposals.of(List.of(organisation), Integer.MAX_VALUE)) {
            String name = ExportArchive.name(
                    proposal.number() + "-" + proposal.content().title(), proposal.id());
            archive.json(
                    "proposals/" + name + ".json",
                    new Exported(proposal, documents.of(proposal.id()), selections.letter(proposal)));
        }
    }
}
