package org.aifactory.chat;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.aifactory.access.Allocation;
import org.aifactory.access.AllocationId;
import org.aifactory.access.Allocations;
import org.aifactory.chat.ServingRuns.Progress;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.identity.OrganisationId;
import org.aifactory.models.Model;
import org.aifactory.models.ModelId;
import org.aifactory.models.Models;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Servers of models: one for each model and organisation that pays. The row says what is wanted and which run serves; a run is started
 * and stopped only by whoever holds the row, so that several instances of the platform, and one that was started anew, agree on what
 * there is.
 */
@Service
class ChatServers {
    private static final Logger LOG = LoggerFactory.getLogger(ChatServers.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    /** A server that has just failed is not started again by every question. */
    private static final Duration AFTER_FAILURE = Duration.ofMinutes(1);

    private final ServerTable table;
    private final Models models;
    private final Allocations allocations;
    private final ServingRuns runs;
    private final Relay relay;
    private final AuditTrail audit;
    private final InstantSource clock;
    private final ChatSettings settings;
    private final TransactionTemplate transaction;
    private final Map<OrganisationId, AtomicInteger> waiting = new ConcurrentHashMap<>();

    ChatServers(
            JdbcClient jdbc,
            Models models,
            Allocations allocations,
            ServingRuns runs,
            Relay relay,
            AuditTrail audit,
            InstantSource clock,
            ChatSettings settings,
            TransactionTemplate transaction) {
        this.table = new ServerTable(jdbc);
        this.models = models;
        this.allocations = allocations;
        this.runs = runs;
        this.relay = relay;
        this.audit = audit;
        this.clock = clock;
        this.settings = settings;
        this.transaction = transaction;
    }

    /** In what state a server is. */
    enum State {
        /** Nobody has started it, or a person has stopped it. */
        STOPPED,
        /** The next question wakes it. */
        ASLEEP,
        STARTING,
        READY
    }

    /**
     * What is told of a server.
     *
     * @param since when the state began, where that is known
     * @param paidBy the allocation; empty where nobody has started it
     * @param why it waits, or why it ended; empty where there is nothing to say
     */
    record Status(
            ModelId model,
            State state,
            Optional<Instant> since,
            Optional<OrganisationId> organisation,
            Optional<AllocationId> paidBy,
            Optional<UUID> run,
            String why) {}

    /** Starts what answers for a model, at the cost of an allocation; where it runs already, it stays as it is. */
    Status start(Actor actor, ModelId id, AllocationId payer) {
        Model model = models.find(actor, id);
        Allocation allocation = allocations.requireUsable(actor, payer);
        OrganisationId organisation = allocation.organisation();
        transaction.executeWithoutResult(status -> {
            models.use(model.id(), user(model.id(), organisation));
            table.want(model.id(), organisation, payer, actor.person(), now());
            audit.record(
                    actor.person(),
                    organisation,
                    "chat.started",
                    "model " + model.id(),
                    Map.of("allocation", payer.toString()));
        });
        try {
            woken(model, organisation);
        } catch (OpenAiException refused) {
            giveUp(model, organisation);
            throw Problem.of(ProblemType.UNAVAILABLE, refused.sentence());
        } catch (Problem refused) {
            giveUp(model, organisation);
            throw refused;
        }
        return status(model, table.find(model.id(), organisation));
    }

    /** What could not be started is not wanted, so that nobody keeps a model from being removed by asking in vain. */
    private void giveUp(Model model, OrganisationId organisation) {
        transaction.executeWithoutResult(status -> table.lock(model.id(), organisation)
                .filter(server -> server.asked().isEmpty())
                .ifPresent(this::unwant));
    }

    private void unwant(ChatServer server) {
        table.unwant(server);
        models.free(user(server.model(), server.organisation()));
    }

    /** Stops what answers for a model at the cost of the person's organisations; a question does not wake it any more. */
    Status stop(Actor actor, ModelId id) {
        Model model = models.find(actor, id);
        List<ChatServer> servers = table.of(model.id(), payers(actor));
        if (servers.isEmpty()) {
            throw Problem.of(ProblemType.NOT_NOW, "None of your organisations has started a chat with this model.");
        }
        for (ChatServer each : servers.stream().filter(ChatServer::wanted).toList()) {
            transaction.executeWithoutResult(status -> table.lock(each.model(), each.organisation())
                    .ifPresent(server -> {
                        unwant(server);
                        audit.record(
                                actor.person(), server.organisation(), "chat.stopped", "model " + model.id(), Map.of());
                    }));
        }
        sweep();
        return status(model, table.of(model.id(), payers(actor)).stream().findFirst());
    }

    /** Of the server that would answer the person. */
    Status status(Actor actor, ModelId id) {
        Model model = models.find(actor, id);
        List<OrganisationId> organisations =
                actor.memberships().stream().map(Actor.Membership::organisation).toList();
        return status(model, table.of(model.id(), organisations).stream().findFirst());
    }

    private Status status(Model model, Optional<ChatServer> found) {
        if (found.isEmpty() || !found.get().wanted()) {
            return new Status(
                    model.id(),
                    State.STOPPED,
                    found.map(ChatServer::since),
                    found.map(ChatServer::organisation),
                    Optional.empty(),
                    Optional.empty(),
                    "");
        }
        ChatServer server = found.get();
        Optional<Progress> progress = server.run().map(runs::progress);
        State state = progress.filter(run -> !run.ended()).isEmpty()
                ? State.ASLEEP
                : listening(server).isEmpty() ? State.STARTING : State.READY;
        String why = state == State.ASLEEP
                ? server.failure()
                : progress.map(Progress::words).orElse("");
        return new Status(
                model.id(),
                state,
                Optional.of(server.since()),
                Optional.of(server.organisation()),
                Optional.of(server.allocation()),
                server.run(),
                state == State.READY ? "" : why);
    }

    private static List<OrganisationId> payers(Actor actor) {
        return actor.memberships().stream()
                .map(Actor.Membership::organisation)
                .filter(actor::mayChange)
                .toList();
    }

    /**
     * Who pays for a person's question: whichever of their organisations has started the model.
     *
     * @throws OpenAiException when none has
     */
    OrganisationId payer(Actor actor, Model model) {
        List<OrganisationId> payers = payers(actor);
        if (payers.isEmpty()) {
            throw OpenAiException.mayOnlyLook();
        }
        return table.of(model.id(), payers).stream()
                .filter(ChatServer::wanted)
                .findFirst()
                .map(ChatServer::organisation)
                .orElseThrow(() -> OpenAiException.notStarted(model.slug()));
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
        table.used(model.id(), organisation, now());
        Optional<Endpoint> there = server.address().isEmpty() ? Optional.empty() : listening(server);
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
        String why = "";
        while (Instant.now().isBefore(until)) {
            ChatServer server = woken(model, organisation);
            if (server.run().isPresent()) {
                Optional<Endpoint> endpoint = listening(server);
                if (endpoint.filter(relay::isHealthy).isPresent()) {
                    table.used(model.id(), organisation, now());
                    return endpoint.get();
                }
                why = runs.progress(server.run().get()).words();
            }
            pulse.beat();
            pause();
        }
        throw OpenAiException.unavailable(
                "The model is being woken and does not answer yet; ask again in a minute. " + why);
    }

    /**
     * The row, with a run where it had none.
     *
     * @throws Problem when nothing can pay for one
     * @throws OpenAiException when nobody wants it, or it has just failed
     */
    private ChatServer woken(Model model, OrganisationId organisation) {
        ChatServer server =
                Objects.requireNonNull(transaction.execute(status -> asked(table.lock(model.id(), organisation)
                        .filter(ChatServer::wanted)
                        .orElseThrow(() -> OpenAiException.notStarted(model.slug())))));
        if (server.asked().isEmpty()) {
            throw OpenAiException.unavailable("The model could not be started. " + server.failure());
        }
        return got(model, server);
    }

    /** A row that is held, with a run asked for where there is none and none has just failed. */
    private ChatServer asked(ChatServer held) {
        ChatServer server = held;
        if (server.run().isPresent()) {
            Progress progress = runs.progress(server.run().get());
            if (!progress.ended()) {
                return server;
            }
            table.ended(server, progress.failed() ? progress.words() : "", now());
            server = reread(server);
        }
        boolean failedJustNow = server.failed()
                .filter(failed -> failed.plus(AFTER_FAILURE).isAfter(now()))
                .isPresent();
        if (server.asked().isEmpty() && !failedJustNow) {
            table.asks(server, UUID.randomUUID(), runs.wallTime(server), runs.secret(), now());
        }
        return reread(server);
    }

    /** The row with the run that was asked for. Whoever does this at the same time, or after a crash, gets the same run. */
    private ChatServer got(Model model, ChatServer server) {
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

    /** Where a server listens, once it has said so. */
    private Optional<Endpoint> listening(ChatServer server) {
        if (server.run().isEmpty()) {
            return Optional.empty();
        }
        UUID run = server.run().get();
        if (!server.address().isEmpty()) {
            return Optional.of(new Endpoint(run, URI.create(server.address()), server.secret()));
        }
        Optional<URI> address = runs.address(run);
        address.ifPresent(found -> table.listens(server, run, found.toString()));
        return address.map(found -> new Endpoint(run, found, server.secret()));
    }

    /** Tells that a server is in use, as long as an answer of it is being written. */
    void used(Model model, OrganisationId organisation) {
        table.used(model.id(), organisation, now());
    }

    /** Lets the servers sleep that nobody has asked for a while or that nobody wants, and forgets runs that have ended by themselves. */
    @Scheduled(fixedDelayString = "${aifactory.chat.sweep-interval}")
    void sweep() {
        for (ChatServer each : table.underWay()) {
            try {
                if (each.run().isEmpty()) {
                    got(models.require(each.model()), each);
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

    private static String user(ModelId model, OrganisationId organisation) {
        return "the chat of organisation " + organisation + " with model " + model;
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_EVERY);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw OpenAiException.unavailable("The platform is stopping.");
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
