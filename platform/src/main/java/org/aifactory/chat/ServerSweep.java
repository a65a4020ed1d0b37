package org.aifactory.chat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.aifactory.chat.ServingRuns.Progress;
import org.aifactory.chat.Waker.Look;
import org.aifactory.identity.AuditTrail;
import org.aifactory.models.Models;
import org.aifactory.web.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Looks after the servers that are under way. */
@Component
class ServerSweep {
    private static final Logger LOG = LoggerFactory.getLogger(ServerSweep.class);

    /** So often at least is it said that an answer is still being written. */
    private static final Duration ANOTHERS_ANSWER = Duration.ofMinutes(1);

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
                if (each.lostItsSecret()) {
                    transaction.executeWithoutResult(status -> forget(each));
                    continue;
                }
                if (each.run().isEmpty()) {
                    waker.got(models.require(each.model()), each);
                }
                Optional<Look> look = waker.look(table.find(each.model(), each.organisation()));
                look.ifPresent(known -> transaction.executeWithoutResult(status -> sweep(each, known)));
            } catch (RuntimeException failure) {
                LOG.warn("{} could not be looked after; it is tried again", each, failure);
            }
        }
    }

    private void sweep(ChatServer seen, Look look) {
        ChatServer server = table.lock(seen.model(), seen.organisation()).orElseThrow();
        if (!server.run().equals(Optional.of(look.run()))) {
            return;
        }
        Progress progress = look.progress();
        boolean idle = server.used().plus(settings.idle()).isBefore(now());
        if (progress.ended()) {
            table.ended(server, progress.failed() ? progress.words() : Message.NOTHING, now());
        } else if (idle || !server.wanted()) {
            end(server, look.run(), idle ? "chat.put-to-sleep" : "chat.server-stopped");
        }
    }

    /** Nobody can ask it any more; the next question starts another. */
    private void forget(ChatServer seen) {
        table.lock(seen.model(), seen.organisation())
                .filter(ChatServer::lostItsSecret)
                .ifPresent(server -> {
                    server.run().ifPresent(runs::end);
                    table.ended(server, Message.NOTHING, now());
                });
    }

    /** In the transaction that holds the row. */
    private void end(ChatServer server, UUID run, String action) {
        runs.end(run);
        table.ended(server, Message.NOTHING, now());
        audit.record(null, server.organisation(), action, "model " + server.model(), Map.of("run", run.toString()));
    }

    /** Ends what serves and no row speaks of, such as when the platform was killed just then: nobody could ask it. */
    void endForgotten() {
        Map<UUID, UUID> serving = runs.underWay();
        Set<UUID> known = table.underWay().stream()
                .flatMap(server -> server.asked().stream())
                .collect(Collectors.toSet());
        serving.forEach((key, run) -> {
            if (!known.contains(key)) {
                LOG.warn("Run {} serves a model for nobody and is ended", run);
                transaction.executeWithoutResult(status -> runs.end(run));
            }
        });
    }

    /**
     * Lets servers sleep because the platform stops; the next question after it is back wakes them. Left alone are those that another
     * instance of the platform has had answer just now, and since this one did.
     *
     * @param begun when this instance began
     * @return the runs that were asked to end
     */
    List<UUID> putAllToSleep(Instant begun) {
        List<UUID> ended = new ArrayList<>();
        for (ChatServer each : table.underWay()) {
            if (!isUsedElsewhere(each, begun)) {
                putToSleep(each).ifPresent(ended::add);
            }
        }
        return ended;
    }

    private boolean isUsedElsewhere(ChatServer server, Instant begun) {
        return server.used().isAfter(waker.lastUsedHere(server))
                && server.used().isAfter(begun)
                && server.used().plus(ANOTHERS_ANSWER).isAfter(now());
    }

    private Optional<UUID> putToSleep(ChatServer seen) {
        try {
            if (seen.run().isEmpty() && !seen.lostItsSecret()) {
                waker.got(models.require(seen.model()), seen);
            }
            return Objects.requireNonNull(transaction.execute(status -> {
                ChatServer server =
                        table.lock(seen.model(), seen.organisation()).orElseThrow();
                server.run().ifPresent(run -> end(server, run, "chat.put-to-sleep"));
                return server.run();
            }));
        } catch (RuntimeException failure) {
            LOG.warn("{} could not be put to sleep", seen, failure);
            return Optional.empty();
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
