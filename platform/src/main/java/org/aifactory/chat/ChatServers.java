package org.aifactory.chat;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
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
import org.aifactory.web.Message;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Servers of models: one for each model and organisation that pays. The row says what is wanted and which run serves; a run is started
 * and stopped only by whoever holds the row, so that several instances of the platform, and one that was started anew, agree on what
 * there is.
 */
@Service
class ChatServers {
    private final ServerTable table;
    private final Waker waker;
    private final ServerSweep sweep;
    private final Models models;
    private final Allocations allocations;
    private final Payers payers;
    private final ServingRuns runs;
    private final AuditTrail audit;
    private final InstantSource clock;
    private final TransactionTemplate transaction;

    ChatServers(
            ServerTable table,
            Waker waker,
            ServerSweep sweep,
            Models models,
            Allocations allocations,
            Payers payers,
            ServingRuns runs,
            AuditTrail audit,
            InstantSource clock,
            TransactionTemplate transaction) {
        this.table = table;
        this.waker = waker;
        this.sweep = sweep;
        this.models = models;
        this.allocations = allocations;
        this.payers = payers;
        this.runs = runs;
        this.audit = audit;
        this.clock = clock;
        this.transaction = transaction;
    }

    /** All that an organisation pays for; for whoever has asked for the right already. */
    List<ChatServer> of(OrganisationId organisation) {
        return table.of(organisation);
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
            Message why) {}

    /**
     * Starts what answers for a model, at the cost of an allocation; where it runs already, it stays as it is.
     *
     * @param asked which is to pay; where its machine lets nobody in, another of its organisation's pays, as the status tells
     */
    Status start(Actor actor, ModelId id, AllocationId asked) {
        Model model = models.find(actor, id);
        Allocation allocation = payers.payer(actor, allocations.requireUsable(actor, asked));
        AllocationId payer = allocation.id();
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
            waker.woken(model, organisation);
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
            throw Problem.of(ProblemType.NOT_NOW, "chat.refused.not-started-here");
        }
        for (ChatServer each : servers.stream().filter(ChatServer::wanted).toList()) {
            transaction.executeWithoutResult(status -> table.lock(each.model(), each.organisation())
                    .ifPresent(server -> {
                        unwant(server);
                        audit.record(
                                actor.person(), server.organisation(), "chat.stopped", "model " + model.id(), Map.of());
                    }));
        }
        sweep.sweep();
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
                    Message.NOTHING);
        }
        ChatServer server = found.get();
        Optional<Progress> progress = server.run().map(runs::progress);
        State state = progress.filter(run -> !run.ended()).isEmpty()
                ? State.ASLEEP
                : waker.listening(server).isEmpty() ? State.STARTING : State.READY;
        Message why = state == State.ASLEEP
                ? server.failure()
                : progress.map(Progress::words).orElse(Message.NOTHING);
        return new Status(
                model.id(),
                state,
                Optional.of(server.since()),
                Optional.of(server.organisation()),
                Optional.of(server.allocation()),
                server.run(),
                state == State.READY ? Message.NOTHING : why);
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

    private static String user(ModelId model, OrganisationId organisation) {
        return "the chat of organisation " + organisation + " with model " + model;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
