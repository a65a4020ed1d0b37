package org.aifactory.chat;

import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import org.aifactory.access.AllocationId;
import org.aifactory.chat.ChatServers.Status;
import org.aifactory.identity.Actor;
import org.aifactory.identity.OrganisationId;
import org.aifactory.models.ModelId;
import org.aifactory.web.Piece;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Starting and stopping chats, keys, and what was asked, over HTTP. */
@RestController
class ChatApi {
    private static final int DEFAULT_DAYS = 90;

    private final ChatServers servers;
    private final ChatKeys keys;
    private final Quotas quotas;
    private final InstantSource clock;

    ChatApi(ChatServers servers, ChatKeys keys, Quotas quotas, InstantSource clock) {
        this.servers = servers;
        this.keys = keys;
        this.quotas = quotas;
        this.clock = clock;
    }

    record Start(@NotNull UUID allocation) {}

    @Operation(
            summary =
                    "Let a model answer, at the cost of an allocation; it sleeps when nobody asks and wakes at the next question")
    @PostMapping("/api/models/{model}/chat/start")
    Status start(Actor actor, @PathVariable UUID model, @Valid @RequestBody Start wish) {
        return servers.start(actor, new ModelId(model), new AllocationId(wish.allocation()));
    }

    @Operation(summary = "Let a model answer no longer")
    @PostMapping("/api/models/{model}/chat/stop")
    Status stop(Actor actor, @PathVariable UUID model) {
        return servers.stop(actor, new ModelId(model));
    }

    @Operation(summary = "Whether a model answers, and who pays for it")
    @GetMapping("/api/models/{model}/chat")
    Status status(Actor actor, @PathVariable UUID model) {
        return servers.status(actor, new ModelId(model));
    }

    /**
     * @param models that the key may ask; none: all that the organisation's members may use
     * @param tokensPerDay of questions and answers together, in a day of UTC
     */
    record NewKey(
            @NotNull UUID organisation,
            @NotBlank @Size(max = 100) String name,
            @Nullable @Size(max = 100) List<@NotNull UUID> models,
            @Nullable @Min(1) @Max(1_000_000_000_000L) Long tokensPerDay,
            @Nullable @Min(1) @Max(1_000_000) Integer requestsPerMinute,
            @Nullable @Min(1) @Max(366) Integer days) {}

    /** @param secret what a program sends as its API key; told once, and empty ever after */
    record ShownKey(
            UUID id,
            OrganisationId organisation,
            String name,
            List<ModelId> models,
            @Nullable Long tokensPerDay,
            @Nullable Integer requestsPerMinute,
            Instant made,
            Instant expires,
            Optional<Instant> lastUsed,
            Optional<String> secret) {

        ShownKey(ChatKey key, Optional<String> secret) {
            this(
                    key.id(),
                    key.organisation(),
                    key.name(),
                    key.models(),
                    key.tokensPerDay().isPresent() ? key.tokensPerDay().getAsLong() : null,
                    key.requestsPerMinute().isPresent()
                            ? key.requestsPerMinute().getAsInt()
                            : null,
                    key.made(),
                    key.expires(),
                    key.lastUsed(),
                    secret);
        }
    }

    @Operation(summary = "Make a key by which programs ask models; its secret is told once")
    @PostMapping("/api/chat/keys")
    @ResponseStatus(HttpStatus.CREATED)
    ShownKey makeKey(Actor actor, @Valid @RequestBody NewKey wish) {
        ChatKeys.NewKey made = keys.make(
                actor,
                new ChatKeys.Wish(
                        new OrganisationId(wish.organisation()),
                        wish.name(),
                        wish.models() == null
                                ? List.of()
                                : wish.models().stream().map(ModelId::new).toList(),
                        wish.tokensPerDay() == null ? OptionalLong.empty() : OptionalLong.of(wish.tokensPerDay()),
                        wish.requestsPerMinute() == null
                                ? OptionalInt.empty()
                                : OptionalInt.of(wish.requestsPerMinute()),
                        Duration.ofDays(wish.days() == null ? DEFAULT_DAYS : wish.days())));
        return new ShownKey(made.key(), Optional.of(made.secret()));
    }

    @Operation(
            summary = "The keys of your organisations that still open something, the newest first",
            description = "Read on after the id of the last one seen.")
    @GetMapping("/api/chat/keys")
    List<ShownKey> keys(
            Actor actor,
            @RequestParam Optional<String> after,
            @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int most) {
        return Piece.of(keys.of(actor), ChatKey::id, after, most).stream()
                .map(key -> new ShownKey(key, Optional.empty()))
                .toList();
    }

    @Operation(summary = "Let a key ask no model any more")
    @DeleteMapping("/api/chat/keys/{key}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void revoke(Actor actor, @PathVariable UUID key) {
        keys.revoke(actor, key);
    }

    @Operation(summary = "What your organisations asked and were answered, by day, key or person, and model")
    @GetMapping("/api/chat/usage")
    List<Quotas.Use> usage(Actor actor, @RequestParam(defaultValue = "31") @Min(1) @Max(366) int days) {
        LocalDate today = clock.instant().atOffset(ZoneOffset.UTC).toLocalDate();
        return quotas.of(
                actor.memberships().stream().map(Actor.Membership::organisation).toList(), today.minusDays(days - 1L));
    }
}
