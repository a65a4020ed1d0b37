package org.aifactory.identity;

import java.io.IOException;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.aifactory.identity.OrganisationExport.Folder;
import org.aifactory.identity.Organisations.Organisation;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Service;
import tools.jackson.databind.json.JsonMapper;

/** Everything that an organisation owns, for its owners to take away. */
@Service
class OrganisationExports {
    /** Each reads the disk for as long as it takes, which serves others, too. */
    private static final int AT_A_TIME = 4;

    private static final String README = """
            , written while it was read: what changed meanwhile may be here as it was before or after. Secrets are not here: nobody can read
            passwords, tokens and keys, and what runs were given as secrets was not kept.

            Files of .json and .jsonl (one object a line) are in UTF-8, times in UTC, amounts in the unit that stands beside them. People
            are named by their ids; organisation/members.json says who the members are. Names of folders end with the beginning of the id
            of what is in them; characters that some system does not take are _ in names.

            Check all of it with: sha256sum --check SHA256SUMS
            An archive without that file broke off on its way; ask for it again. MISSING.txt, where there is one, says what could not be read.

            """;

    private final Organisations organisations;
    private final ObjectProvider<OrganisationExport> parts;
    private final AuditTrail audit;
    private final JsonMapper json;
    private final InstantSource clock;
    private final Semaphore turns = new Semaphore(AT_A_TIME);

    OrganisationExports(
            Organisations organisations,
            ObjectProvider<OrganisationExport> parts,
            AuditTrail audit,
            JsonMapper json,
            InstantSource clock) {
        this.organisations = organisations;
        this.parts = parts;
        this.audit = audit;
        this.json = json;
        this.clock = clock;
    }

    /**
     * Lets an owner begin, and writes down that they did.
     *
     * @throws Problem when they may not, or too many are about it
     */
    Organisation begin(Actor actor, OrganisationId id) {
        Organisations.requireOwner(actor, id);
        if (turns.availablePermits() == 0) {
            throw Problem.of(ProblemType.UNAVAILABLE, "identity.refused.exports");
        }
        Organisation organisation = organisations.find(id).orElseThrow(() -> Problem.notFound("organisation", id));
        audit.record(actor.person(), id, "organisation.exported", "organisation " + id, Map.of());
        return organisation;
    }

    void write(Organisation organisation, OutputStream out) throws IOException {
        turns.acquireUninterruptibly();
        try (ExportArchive archive = new ExportArchive(out, json, clock.instant())) {
            List<OrganisationExport> all = parts.orderedStream().toList();
            archive.text("README.md", readme(organisation, all));
            for (OrganisationExport part : all) {
                part.write(organisation.id(), archive);
            }
            archive.finish();
        } finally {
            turns.release();
        }
    }

    private String readme(Organisation organisation, List<OrganisationExport> all) {
        StringBuilder text = new StringBuilder("# ")
                .append(organisation.name().replaceAll("\\p{Cntrl}", " "))
                .append("\n\nEverything that this organisation owned on the AI Factory on ")
                .append(clock.instant())
                .append(README);
        all.stream()
                .flatMap(part -> part.folders().stream())
                .sorted(java.util.Comparator.comparing(Folder::name))
                .forEach(folder -> text.append("- `")
                        .append(folder.name())
                        .append("`: ")
                        .append(folder.holds())
                        .append('\n'));
        return text.toString();
    }
}
