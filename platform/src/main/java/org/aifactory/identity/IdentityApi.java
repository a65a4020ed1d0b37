package org.aifactory.identity;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.identity.AuditTrail.Event;
import org.aifactory.identity.Organisations.Invitation;
import org.aifactory.identity.Organisations.Member;
import org.aifactory.identity.Organisations.NewInvitation;
import org.aifactory.identity.People.Connection;
import org.aifactory.identity.SignInProviders.SignInProvider;
import org.aifactory.web.Piece;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** People, organisations and tokens over HTTP. */
@RestController
class IdentityApi {
    private static final Duration SIGN_IN_LASTS = Duration.ofDays(30);
    private static final int DEFAULT_DAYS = 90;

    private final People people;
    private final Organisations organisations;
    private final ApiTokens tokens;
    private final AuditTrail audit;
    private final SignInProviders providers;

    IdentityApi(
            People people, Organisations organisations, ApiTokens tokens, AuditTrail audit, SignInProviders providers) {
        this.providers = providers;
        this.people = people;
        this.organisations = organisations;
        this.tokens = tokens;
        this.audit = audit;
    }

    record SignUp(
            @Schema(example = "aino@example.org") @NotBlank @Email @Size(max = 200)
            String email,

            @Schema(example = "Aino Example") @NotBlank @Size(max = 200)
            String name,

            @Schema(description = "At least 10 characters", example = "correct horse battery")
            @NotBlank
            @Size(max = 200)
            String password,

            @Valid @NotNull NewOrganisation organisation) {}

    record NewOrganisation(
            @Schema(example = "Example Start-up") @NotBlank @Size(max = 200)
            String name,

            @Schema(example = "COMPANY") @NotNull OrganisationKind kind,

            @Schema(description = "ISO 3166-1, in two letters", example = "FI") @NotNull @Pattern(regexp = "[A-Z]{2}")
            String country) {}

    /** @param token opens the API as this person; told once */
    record SignedUp(PersonId person, OrganisationId organisation, String token) {}

    /** A person, their organisation, and a first token. */
    @Operation(summary = "Make an account and an organisation; the answer has a token for all other requests")
    @PostMapping("/api/sign-up")
    @ResponseStatus(HttpStatus.CREATED)
    SignedUp signUp(@Valid @RequestBody SignUp wish) {
        return people.signUp(
                wish.email(), wish.name(), wish.password(), person -> furnished(person, wish.organisation()));
    }

    private SignedUp furnished(PersonId person, NewOrganisation organisation) {
        OrganisationId founded =
                organisations.foundApplicant(person, organisation.name(), organisation.kind(), organisation.country());
        return new SignedUp(
                person, founded, tokens.make(person, "sign-up", SIGN_IN_LASTS).token());
    }

    record SignIn(
            @NotBlank @Size(max = 200) String email,
            @NotBlank @Size(max = 200) String password) {}

    @Operation(summary = "Sign in with an address and a password; the answer has a token, which lasts for 30 days")
    @PostMapping("/api/sign-in")
    ApiTokens.NewApiToken signIn(@Valid @RequestBody SignIn wish) {
        return tokens.make(people.signIn(wish.email(), wish.password()), "sign-in", SIGN_IN_LASTS);
    }

    /** The OpenID providers with which people may sign in, in a browser. */
    @Operation(summary = "The OpenID providers with which people may sign in, in a browser")
    @GetMapping("/api/sign-in/providers")
    List<SignInProvider> providers() {
        return providers.all();
    }

    @Operation(summary = "The accounts at OpenID providers by which you sign in")
    @GetMapping("/api/connections")
    List<Connection> connections(Actor actor) {
        return people.connections(actor.person());
    }

    @Operation(summary = "Sign in by an account elsewhere no longer")
    @DeleteMapping("/api/connections/{connection}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void disconnect(Actor actor, @PathVariable UUID connection) {
        people.disconnect(actor.person(), connection);
    }

    @Operation(
            summary = "Who you are: your organisations with your role in each, and your duties for the whole platform")
    @GetMapping("/api/me")
    Actor me(Actor actor) {
        return actor;
    }

    @Operation(summary = "Found an organisation, with you as its owner; the answer is its id")
    @PostMapping("/api/organisations")
    @ResponseStatus(HttpStatus.CREATED)
    OrganisationId found(Actor actor, @Valid @RequestBody NewOrganisation wish) {
        return organisations.foundApplicant(actor.person(), wish.name(), wish.kind(), wish.country());
    }

    @Operation(summary = "The members of an organisation with their roles")
    @GetMapping("/api/organisations/{organisation}/members")
    List<Member> members(Actor actor, @PathVariable UUID organisation) {
        return organisations.members(actor, new OrganisationId(organisation));
    }

    record NewRole(@NotNull Role role) {}

    @Operation(summary = "Give a member another role (owners)")
    @PutMapping("/api/organisations/{organisation}/members/{person}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void changeRole(
            Actor actor, @PathVariable UUID organisation, @PathVariable UUID person, @Valid @RequestBody NewRole wish) {
        organisations.changeRole(actor, new OrganisationId(organisation), new PersonId(person), wish.role());
    }

    @Operation(summary = "Take a member out of an organisation (owners), or leave it")
    @DeleteMapping("/api/organisations/{organisation}/members/{person}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void remove(Actor actor, @PathVariable UUID organisation, @PathVariable UUID person) {
        organisations.remove(actor, new OrganisationId(organisation), new PersonId(person));
    }

    @Operation(summary = "The invitations that nobody has accepted yet (owners)")
    @GetMapping("/api/organisations/{organisation}/invitations")
    List<Invitation> invitations(Actor actor, @PathVariable UUID organisation) {
        return organisations.invitations(actor, new OrganisationId(organisation));
    }

    record Invite(
            @NotBlank @Email @Size(max = 200) String email,
            @NotNull Role role) {}

    @Operation(
            summary = "Invite somebody (owners); the answer has the code for POST /api/invitations/accept, told once")
    @PostMapping("/api/organisations/{organisation}/invitations")
    @ResponseStatus(HttpStatus.CREATED)
    NewInvitation invite(Actor actor, @PathVariable UUID organisation, @Valid @RequestBody Invite wish) {
        return organisations.invite(actor, new OrganisationId(organisation), wish.email(), wish.role());
    }

    @Operation(summary = "Take an invitation back (owners)")
    @DeleteMapping("/api/organisations/{organisation}/invitations/{invitation}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void withdraw(Actor actor, @PathVariable UUID organisation, @PathVariable UUID invitation) {
        organisations.withdraw(actor, new OrganisationId(organisation), invitation);
    }

    record Acceptance(@NotBlank @Size(max = 200) String code) {}

    @Operation(summary = "Join the organisation that you were invited to; the answer is its id")
    @PostMapping("/api/invitations/accept")
    OrganisationId accept(Actor actor, @Valid @RequestBody Acceptance wish) {
        return organisations.accept(actor, wish.code());
    }

    @Operation(summary = "What was done in an organisation, the latest first")
    @GetMapping("/api/organisations/{organisation}/audit")
    List<Event> audit(
            Actor actor,
            @PathVariable UUID organisation,
            @RequestParam(defaultValue = "" + Long.MAX_VALUE) long before,
            @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int most) {
        OrganisationId id = new OrganisationId(organisation);
        actor.requireMaySee(id, "organisation", id);
        return audit.of(id, before, most);
    }

    record NewToken(
            @NotBlank @Size(max = 100) String name,
            @Nullable @Min(1) @Max(366) Integer days) {}

    @Operation(summary = "Make a token by which a program acts as you; it is told once")
    @PostMapping("/api/tokens")
    @ResponseStatus(HttpStatus.CREATED)
    ApiTokens.NewApiToken makeToken(Actor actor, @Valid @RequestBody NewToken wish) {
        int days = wish.days() == null ? DEFAULT_DAYS : wish.days();
        return tokens.make(actor.person(), wish.name(), Duration.ofDays(days));
    }

    @Operation(summary = "Your tokens that still open something")
    @GetMapping("/api/tokens")
    List<ApiTokens.ApiToken> tokens(
            Actor actor,
            @RequestParam Optional<String> after,
            @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int most) {
        return Piece.of(tokens.of(actor.person()), ApiTokens.ApiToken::id, after, most);
    }

    @Operation(summary = "Let a token open nothing any more")
    @DeleteMapping("/api/tokens/{token}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void revoke(Actor actor, @PathVariable UUID token) {
        tokens.revoke(actor.person(), token);
    }
}
