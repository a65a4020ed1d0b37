package org.aifactory.chat;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.aifactory.chat.Quotas.Reservation;
import org.aifactory.identity.Actor;
import org.aifactory.identity.OrganisationId;
import org.aifactory.models.Model;
import org.aifactory.models.Models;
import org.aifactory.models.Visibility;
import org.springframework.stereotype.Service;

/**
 * A question from the door to the model and back: who asks and whether they may, what it can take at most, the server that answers, and
 * what it took.
 */
@Service
class Completions {
    private static final Duration PULSE = Duration.ofSeconds(20);
    /** Where a model's configuration does not say how much it sees at once. */
    private static final long USUAL_CONTEXT = 4096;
    /** A server can end between the look and the question. */
    private static final int ATTEMPTS = 2;

    private final Models models;
    private final ChatServers servers;
    private final Waker waker;
    private final Quotas quotas;
    private final Relay relay;

    Completions(Models models, ChatServers servers, Waker waker, Quotas quotas, Relay relay) {
        this.models = models;
        this.servers = servers;
        this.waker = waker;
        this.quotas = quotas;
        this.relay = relay;
    }

    /** The models that the caller may ask, the newest first. */
    List<Model> models(Caller caller) {
        return switch (caller) {
            case Caller.Person(Actor actor) -> models.of(actor);
            case Caller.Program(ChatKey key) ->
                models.reachableBy(key.organisation()).stream()
                        .filter(model -> mayAsk(key, model))
                        .toList();
        };
    }

    /** @throws OpenAiException when there is none of this name, or none that the caller may ask */
    Model model(Caller caller, String name) {
        return models.named(name)
                .filter(model -> switch (caller) {
                    case Caller.Person(Actor actor) -> models.maySee(actor, model);
                    case Caller.Program(ChatKey key) -> mayAsk(key, model);
                })
                .orElseThrow(() -> OpenAiException.unknownModel(name));
    }

    /** A key that names no models opens what all members may use; one that names some was made by somebody who may use them. */
    private static boolean mayAsk(ChatKey key, Model model) {
        boolean reachable =
                model.visibility() == Visibility.PUBLIC || model.organisation().equals(key.organisation());
        return reachable
                && (key.models().isEmpty()
                        ? model.visibility() != Visibility.PRIVATE
                        : key.models().contains(model.id()));
    }

    /** Answers whoever asked. */
    void answer(Caller caller, Question question, HttpServletResponse response) throws IOException {
        if (caller instanceof Caller.Program(ChatKey key)) {
            quotas.countRequest(key);
        }
        Model model = model(caller, question.model());
        OrganisationId payer = switch (caller) {
            case Caller.Person(Actor actor) -> servers.payer(actor, model);
            case Caller.Program(ChatKey key) -> key.organisation();
        };
        Limit limit = Limit.of(question, context(model));
        Reservation reservation = quotas.reserve(caller, limit.least(), limit.most(), limit.isFixed());
        Tokens tokens = Tokens.NONE;
        try {
            OptionalLong mostTokens = limit.within(reservation.tokens());
            tokens = ask(question, model, payer, mostTokens, response, new Heart(model, payer, reservation)::beat);
        } finally {
            if (tokens.equals(Tokens.NONE)) {
                quotas.release(reservation);
            } else {
                quotas.settle(caller, payer, model.id(), reservation, tokens.prompt(), tokens.completion());
            }
        }
    }

    private long context(Model model) {
        long context = models.facts(model.id()).shape().contextLength();
        return context > 0 ? context : USUAL_CONTEXT;
    }

    private Tokens ask(
            Question question,
            Model model,
            OrganisationId payer,
            OptionalLong mostTokens,
            HttpServletResponse response,
            Relay.Pulse pulse)
            throws IOException {
        for (int attempt = 1; ; attempt++) {
            Endpoint endpoint = waker.ready(model, payer, pulse);
            try {
                return relay.ask(question, model.slug(), mostTokens, endpoint, response, pulse);
            } catch (Relay.ServerGone gone) {
                if (attempt == ATTEMPTS) {
                    throw OpenAiException.unavailable("chat.refused.server-gone");
                }
            }
        }
    }

    /**
     * What a question may take.
     *
     * @param prompt more than its own tokens
     * @param answers how many it asks for
     * @param each tokens of an answer at most
     * @param isFixed whether the question itself says how long an answer may be
     */
    record Limit(long prompt, long answers, long each, boolean isFixed) {

        static Limit of(Question question, long context) {
            OptionalLong asked = question.mostTokens();
            // Of a question that is too long for the model no token is computed.
            return new Limit(
                    question.promptBound(),
                    question.answers(),
                    Math.min(asked.orElse(context), context),
                    asked.isPresent());
        }

        long least() {
            return prompt + answers;
        }

        long most() {
            return prompt + answers * each;
        }

        /** Tokens of each answer where the whole has to stay within so many; empty where they are no limit. */
        OptionalLong within(long reserved) {
            return reserved >= most() ? OptionalLong.empty() : OptionalLong.of((reserved - prompt) / answers);
        }
    }

    /** Says from time to time that a question is still under way. */
    private final class Heart {
        private final Model model;
        private final OrganisationId payer;
        private final Reservation reservation;
        private Instant next = Instant.now().plus(PULSE);

        Heart(Model model, OrganisationId payer, Reservation reservation) {
            this.model = model;
            this.payer = payer;
            this.reservation = reservation;
        }

        void beat() {
            if (Instant.now().isAfter(next)) {
                next = Instant.now().plus(PULSE);
                waker.used(model, payer);
                quotas.renew(reservation);
            }
        }
    }
}
