package org.aifactory.chat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.aifactory.access.Allocation;
import org.aifactory.access.Allocations;
import org.aifactory.federation.JobLog;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Partitions;
import org.aifactory.identity.Actor;
import org.aifactory.identity.People;
import org.aifactory.models.Model;
import org.aifactory.models.Models;
import org.aifactory.training.Run;
import org.aifactory.training.RunId;
import org.aifactory.training.RunState;
import org.aifactory.training.Runs;
import org.aifactory.training.ServingRequest;
import org.aifactory.web.Message;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.stereotype.Component;

/** The runs by which models are served: how they are asked for, where they listen, and what becomes of them. */
@Component
class ServingRuns {
    private static final int MOST_OF_LOG = 1 << 16;
    private static final int MOST_OF_LAST_LINE = 500;
    private static final String API_KEY = "AIFACTORY_API_KEY";
    /** Java and LibTorch, without a model. */
    private static final long ENGINE_BYTES = 2L << 30;
    /** The weights as 32-bit numbers, and as much again for those on their way in and what is remembered of conversations. */
    private static final long BYTES_PER_PARAMETER = 8;

    private final Runs runs;
    private final Models models;
    private final Allocations allocations;
    private final Partitions partitions;
    private final People people;

    private final ChatSettings settings;

    ServingRuns(
            Runs runs,
            Models models,
            Allocations allocations,
            Partitions partitions,
            People people,
            ChatSettings settings) {
        this.runs = runs;
        this.models = models;
        this.allocations = allocations;
        this.partitions = partitions;
        this.people = people;

        this.settings = settings;
    }

    /**
     * How a run is doing.
     *
     * @param failed whether it has ended and nobody had asked it to
     * @param words why it waits, or how it ended
     */
    record Progress(boolean ended, boolean failed, Message words) {}

    /**
     * Asks for the run that a row speaks of, in the name of whoever started the chat; asked again, it is the same run. Not to be called in
     * a transaction.
     *
     * @throws Problem when the allocation cannot pay for it, or whoever started the chat may no longer spend it
     */
    UUID start(Model model, ChatServer server) {
        Actor starter = people.actor(server.startedBy())
                .orElseThrow(() -> Problem.of(ProblemType.NOT_NOW, "chat.refused.starter-left"));
        return runs.submitServing(
                        starter,
                        new ServingRequest(
                                server.allocation(),
                                Optional.empty(),
                                "Chat with " + model.name(),
                                model.id().value(),
                                models.folder(model.id()),
                                settings.cores(),
                                ENGINE_BYTES + BYTES_PER_PARAMETER * model.parameters(),
                                server.wallTime(),
                                Map.of(),
                                Map.of(API_KEY, server.secret()),
                                server.asked()))
                .id()
                .value();
    }

    /**
     * How long a server may run: as long as the settings say, or as what is left of the allocation lasts.
     *
     * @throws Problem when that is too short to begin
     */
    Duration wallTime(ChatServer server) {
        Allocation allocation = allocations.require(server.allocation());
        Partition partition = partitions.require(allocation.partition());
        int rate = Math.max(1, partition.rate(settings.cores(), 0));
        Duration affordable =
                Duration.ofSeconds(allocations.balance(allocation.id()).free() / rate);
        if (affordable.compareTo(settings.shortest()) < 0) {
            throw Problem.of(
                    ProblemType.NOT_ENOUGH_LEFT,
                    "chat.refused.too-little",
                    allocation.project(),
                    affordable.toSeconds(),
                    settings.shortest().toSeconds());
        }
        return affordable.compareTo(settings.longest()) < 0 ? affordable : settings.longest();
    }

    Progress progress(UUID id) {
        Run run = runs.require(new RunId(id));
        boolean failed = run.state() == RunState.FAILED || run.state() == RunState.MACHINE_FAILED;
        Message words = runs.reason(run).words();
        return new Progress(
                run.state().hasEnded(),
                failed,
                failed ? Message.of("message.joined", words, lastLine(run.id())) : words);
    }

    private String lastLine(RunId run) {
        String log = text(runs.log(run, -MOST_OF_LOG, MOST_OF_LOG)).strip();
        String line = log.substring(log.lastIndexOf('\n') + 1);
        return line.length() > MOST_OF_LAST_LINE ? line.substring(0, MOST_OF_LAST_LINE) : line;
    }

    /** Where a run listens, once it has said so. */
    Optional<URI> address(UUID id) {
        Run run = runs.require(new RunId(id));
        return run.state() == RunState.RUNNING ? runs.servingAddress(run.id()) : Optional.empty();
    }

    /**
     * Where that is reached from here, as its machine knows: what a run says of itself leads nowhere but to its own computer.
     *
     * @throws MachineUnavailable when there is no way to it just now
     */
    URI reach(UUID id, URI said) {
        return runs.reach(new RunId(id), said);
    }

    private static String text(JobLog log) {
        return new String(log.bytes(), StandardCharsets.UTF_8);
    }

    boolean hasEnded(UUID id) {
        return runs.require(new RunId(id)).state().hasEnded();
    }

    /** Asks for the end of a run, in the transaction of whoever decides that. */
    void end(UUID run) {
        runs.askToEnd(new RunId(run));
    }

    /** Those that have not ended, by the keys by which they were asked for. */
    Map<UUID, UUID> underWay() {
        return runs.serving().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, run -> run.getValue().value()));
    }
}
