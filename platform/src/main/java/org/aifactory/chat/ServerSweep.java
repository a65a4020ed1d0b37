package org.aifactory.chat;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import org.aifactory.chat.ServingRuns.Progress;
import org.aifactory.identity.AuditTrail;
import org.aifactory.models.Models;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Looks after the servers that are under way. */
@Component
class ServerSweep {
    private static final Logger LOG = LoggerFactory.getLogger(ServerSweep.class);

    private final ServerTable table;
    private final Waker waker;
    private final Models models;
    private final ServingRuns runs;
    private final AuditTrail audit;
    private final InstantSource clock;
    private final ChatSettings settings;
    private final TransactionTemplate transaction;

    ServerSweep(
            ServerTable table,
            Waker waker,
            Models models,
            ServingRuns runs,
            AuditTrail audit,
            InstantSource clock,
            ChatSettings settings,
            TransactionTemplate transaction) {
        this.table = table;
        this.waker = waker;
        this.models = models;
        this.runs = runs;
        this.audit = audit;
        this.clock = clock;
        this.settings = settings;
        this.transaction = transaction;
    }

    /** Lets the servers sleep that nobody has asked for a while or that nobody wants, and forgets runs that have ended by themselves. */
    @Scheduled(fixedDelayString = "${aifactory.chat.sweep-interval}")
    void sweep() {
        for (ChatServer each : table.underWay()) {
            try {
                if (each.run().isEmpty()) {
                    waker.got(models.require(each.model()), each);
                }
                transaction.executeWithoutResult(status -> sweep(each));
            } catch (RuntimeException failure) {
                LOG.warn("{} could not be looked after; it is tried again", each, failure);
            }
        }
    }

    private void sweep(ChatServer seen) {
        ChatServer server = table.lock(seen.model(), seen.organisation()).orElseThrow();
        if (server.run().isEmpty()) {
            return;
        }
        UUID run = server.run().get();
        Progress progress = runs.progress(run);
        if (progress.ended()) {
            table.ended(server, progress.failed() ? progress.words() : "", now());
            return;
        }
        boolean idle = server.used().plus(settings.idle()).isBefore(now());
        if (idle || !server.wanted()) {
            runs.stop(run);
            table.ended(server, "", now());
            String action = idle ? "chat.put-to-sleep" : "chat.server-stopped";
            audit.record(null, server.organisation(), action, "model " + server.model(), Map.of("run", run.toString()));
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
