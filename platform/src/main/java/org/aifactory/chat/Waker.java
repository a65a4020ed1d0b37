package org.aifactory.chat;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.aifactory.chat.ServingRuns.Progress;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.Secret;
import org.aifactory.models.Model;
import org.aifactory.models.ModelId;
import org.aifactory.web.Message;
import org.aifactory.web.Problem;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Wakes servers of models: starts the run that serves where there is none, and waits until it answers. */
@Component
class Waker {
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    /** A server that has just failed is not started again by every question. */
    private static final Duration AFTER_FAILURE = Duration.ofMinutes(1);

    private static final String STOPPING = "chat.refused.stopping";

    private final ServerTable table;
    private final ServingRuns runs;
    private final Relay relay;
    private final InstantSource clock;
    private final ChatSettings settings;
    private final TransactionTemplate transaction;
    private final Map<OrganisationId, AtomicInteger> waiting = new ConcurrentHashMap<>();
    private final Map<Served, Instant> lastUsedHere = new ConcurrentHashMap<>();
    private volatile boolean stopped;

    Waker(
            ServerTable table,
            ServingRuns runs,
            Relay relay,
            InstantSource clock,
            ChatSettings settings,
            TransactionTemplate transaction) {
        this.table = table;
        this.runs = runs;
        this.relay = relay;
        this.clock = clock;
        this.settings = settings;
        this.transaction = transaction;
    }

    private record Served(ModelId model, OrganisationId organisation) {}

    /** Says whether servers may be woken. */
    void allow(boolean mayWake) {
        stopped = !mayWake;
    }

    /** When this instance of the platform last had a server answer, or was asked to start it. */
    Instant lastUsedHere(ChatServer server) {
        return lastUsedHere.getOrDefault(new Served(server.model(), server.organisation()), Instant.MIN);
    }

    /**
     * Where the model answers; waits for it where it has to be woken.
     *
     * @param pulse is told while it waits
     * @throws OpenAiException when it cannot answer: nobody has started it, nothing can pay, it fails, or it takes too long
     */
    Endpoint ready(Model model, OrganisationId organisation, Relay.Pulse pulse) {
        ChatServer server = table.find(model.id(), organisation)
                .filter(ChatServer::wanted)
                .orElseThrow(() -> OpenAiException.notStarted(model.slug()));
        used(model, organisation);
        Optional<Endpoint> there = server.address().isEmpty() ? Optional.empty() : reachable(server);
        if (there.filter(relay::isHealthy).isPresent()) {
            return there.get();
        }
        AtomicInteger others = waiting.computeIfAbsent(organisation, key -> new AtomicInteger());
        try {
            if (others.incrementAndGet() > settings.waiting()) {
                throw OpenAiException.busy();
            }
            return awaken(model, organisation, pulse);
        } finally {
            others.decrementAndGet();
        }
    }

    private Endpoint awaken(Model model, OrganisationId organisation, Relay.Pulse pulse) {
        Instant until = Instant.now().plus(settings.patience());
        Message why = Message.NOTHING;
        while (Instant.now().isBefore(until)) {
            ChatServer server = woken(model, organisation);
            if (server.run().isPresent()) {
                try {
                    Optional<Endpoint> endpoint = endpoint(server);
                    if (endpoint.filter(relay::isHealthy).isPresent()) {
                        used(model, organisation);
                        return endpoint.get();
                    }
                    why = runs.progress(server.run().get()).words();
                } catch (MachineUnavailable noWay) {
                    why = noWay.sentence();
                }
            }
            pulse.beat();
            pause();
        }
        throw OpenAiException.unavailable("chat.refused.waking", why);
    }

    /**
     * The row, with a run where it had none.
     *
     * @throws Problem when nothing can pay for one
     * @throws OpenAiException when nobody wants it, or it has just failed
     */
    ChatServer woken(Model model, OrganisationId organisation) {
        if (stopped) {
            throw OpenAiException.unavailable(STOPPING);
        }
        lastUsedHere.put(new Served(model.id(), organisation), now());
        Optional<Look> look = look(table.find(model.id(), organisation));
        ChatServer server = Objects.requireNonNull(transaction.execute(status -> asked(
                table.lock(model.id(), organisation)
                        .filter(ChatServer::wanted)
                        .orElseThrow(() -> OpenAiException.notStarted(model.slug())),
                look)));
        if (server.asked().isEmpty()) {
            throw OpenAiException.unavailable("chat.refused.failed", server.failure());
        }
        return got(model, server);
    }

    /** How the run of a row was doing when it was looked at, which is done while nobody holds the row: a machine may be asked. */
    record Look(UUID run, Progress progress) {}

    Optional<Look> look(Optional<ChatServer> server) {
        return server.flatMap(ChatServer::run).map(run -> new Look(run, runs.progress(run)));
    }

    /** A row that is held, with a run asked for where there is none and none has just failed. */
    private ChatServer asked(ChatServer held, Optional<Look> look) {
        ChatServer server = held;
        if (server.lostItsSecret()) {
            server.run().ifPresent(runs::end);
            table.ended(server, Message.NOTHING, now());
            server = reread(server);
        }
        if (server.run().isPresent()) {
            // Of another run than was looked at nothing is known yet; whoever waits looks again.
            Optional<Progress> end = look.filter(known -> held.run().equals(Optional.of(known.run())))
                    .map(Look::progress)
                    .filter(Progress::ended);
            if (end.isEmpty()) {
                return server;
            }
            table.ended(server, end.get().failed() ? end.get().words() : Message.NOTHING, now());
            server = reread(server);
        }
        boolean failedJustNow = server.failed()
                .filter(failed -> failed.plus(AFTER_FAILURE).isAfter(now()))
                .isPresent();
        if (server.asked().isEmpty() && !failedJustNow) {
            table.asks(server, UUID.randomUUID(), runs.wallTime(server), Secret.random(), now());
        }
        return reread(server);
    }

    /** The row with the run that was asked for. Whoever does this at the same time, or after a crash, gets the same run. */
    ChatServer got(Model model, ChatServer server) {
        if (server.run().isPresent()) {
            return server;
        }
        try {
            table.got(server, runs.start(model, server));
        } catch (Problem refused) {
            table.refused(server, now());
            throw refused;
        }
        return reread(server);
    }

    private ChatServer reread(ChatServer server) {
        return table.find(server.model(), server.organisation()).orElseThrow();
    }

    /** Where a server listens, as it says itself; empty until it has. */
    Optional<URI> listening(ChatServer server) {
        if (server.run().isEmpty() || server.lostItsSecret()) {
            return Optional.empty();
        }
        if (!server.address().isEmpty()) {
            return Optional.of(URI.create(server.address()));
        }
        UUID run = server.run().get();
        Optional<URI> address = runs.address(run);
        address.ifPresent(found -> table.listens(server, run, found.toString()));
        return address;
    }

    /**
     * Where it is reached from here.
     *
     * @throws MachineUnavailable when there is no way to it just now
     */
    private Optional<Endpoint> endpoint(ChatServer server) {
        return listening(server)
                .flatMap(said -> server.run().map(run -> new Endpoint(run, runs.reach(run, said), server.secret())));
    }

    private Optional<Endpoint> reachable(ChatServer server) {
        try {
            return endpoint(server);
        } catch (MachineUnavailable noWay) {
            return Optional.empty();
        }
    }

    /** Tells that a server is in use, as long as an answer of it is being written. */
    void used(Model model, OrganisationId organisation) {
        Instant now = now();
        lastUsedHere.put(new Served(model.id(), organisation), now);
        table.used(model.id(), organisation, now);
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_EVERY);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw OpenAiException.unavailable(STOPPING);
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
