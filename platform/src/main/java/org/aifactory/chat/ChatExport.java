package org.aifactory.chat;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.aifactory.access.AllocationId;
import org.aifactory.identity.ExportArchive;
import org.aifactory.identity.OrganisationExport;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.PersonId;
import org.aifactory.models.ModelId;
import org.springframework.stereotype.Component;

/** The keys that an organisation has made, what was asked by them, and what it lets answer. Questions and answers are not kept. */
@Component
class ChatExport implements OrganisationExport {
    private final ChatKeys keys;
    private final Quotas quotas;
    private final ChatServers servers;

    ChatExport(ChatKeys keys, Quotas quotas, ChatServers servers) {
        this.keys = keys;
        this.quotas = quotas;
        this.servers = servers;
    }

    @Override
    public List<Folder> folders() {
        return List.of(new Folder(
                "chat",
                "keys.json: the keys by which programs ask models, all that were ever made, without what opens them; usage.jsonl: how much was"
                        + " asked and answered on each day, by whom, of which model; started.json: the models that answer at its cost."
                        + " What was said is not kept."));
    }

    /** What is told of a model that answers. */
    record Started(
            ModelId model, AllocationId paidBy, PersonId startedBy, boolean wanted, Instant since, Instant used) {}

    @Override
    public void write(OrganisationId organisation, ExportArchive archive) throws IOException {
        archive.json("chat/keys.json", keys.all(organisation));
        archive.text("chat/usage.jsonl", out -> {
            for (Quotas.Use use : quotas.of(List.of(organisation), java.time.LocalDate.EPOCH)) {
                out.write(archive.jsonLine(use));
            }
        });
        archive.json(
                "chat/started.json",
                servers.of(organisation).stream()
                        .map(server -> new Started(
                                server.model(),
                                server.allocation(),
                                server.startedBy(),
                                server.wanted(),
                                server.since(),
                                server.used()))
                        .toList());
    }
}
