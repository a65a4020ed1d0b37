package org.aifactory.identity;

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
import java.util.UUID;
import org.aifactory.identity.AuditTrail.Event;
import org.aifactory.identity.Organisations.Invitation;
import org.aifactory.identity.Organisations.Member;
import org.aifactory.identity.Organisations.NewInvitation;
import org.aifactory.identity.People.Connection;
import org.aifactory.identity.SignInProviders.SignInProvider;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.transaction.annotation.Transactional;
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
            @NotBlank @Email @Size(max = 200) String email,
            @NotBlank @Size(max = 200) String name,
            @NotBlank @Size(max = 200) String password,
            @Valid @NotNull NewOrganisation organisation) {}

    record NewOrganisation(
            @NotBlank @Size(max = 200) String name,
            @NotNull OrganisationKind kind,
            @NotNull @Pattern(regexp = "[A-Z]{2}") String country) {}

    /** @param token opens the API as this person; told once */
    record SignedUp(PersonId person, OrganisationId organisation, String token) {}

    /** A person, their organisation, and a first token. */
    @PostMapping("/api/sign-up")
    @ResponseStatus(HttpStatus.CREATED)
    @Transactional
    SignedUp signUp(@Valid @RequestBody SignUp wish) {
        PersonId person = people.signUp(wish.email(), wish.name(), wish.password());
        NewOrganisation organisation = wish.organisation();
        OrganisationId founded =
                organisations.foundApplicant(person, organisation.name(), organisation.kind(), organisation.country());
        return new SignedUp(
                person, founded, tokens.make(person, "sign-up", SIGN_IN_LASTS).token());
    }

    record SignIn(
            @NotBlank @Size(max = 200) String email,
            @NotBlank @Size(max = 200) String password) {}

    @PostMapping("/api/sign-in")
    ApiTokens.NewApiToken signIn(@Valid @RequestBody SignIn wish) {
        return tokens.make(people.signIn(wish.email(), wish.password()), "sign-in", SIGN_IN_LASTS);
    }

    /** The OpenID providers with which people may sign in, in a browser. */
    @GetMapping("/api/sign-in/providers")
    List<SignInProvider> providers() {
        return providers.all();
    }

    @GetMapping("/api/connections")
    List<Connection> connections(Actor actor) {
        return people.connections(actor.person());
    }

    @DeleteMapping("/api/connections/{connection}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void disconnect(Actor actor, @PathVariable UUID connection) {
        people.disconnect(actor.person(), connection);
    }

    @GetMapping("/api/me")
    Actor me(Actor actor) {
        return actor;
    }

    @PostMapping("/api/organisations")
    @ResponseStatus(HttpStatus.CREATED)
    OrganisationId found(Actor actor, @Valid @RequestBody NewOrganisation wish) {
        return organisations.foundApplicant(actor.person(), wish.name(), wish.kind(), wish.country());
    }

    @GetMapping("/api/organisations/{organisation}/members")
    List<Member> members(Actor actor, @PathVariable UUID organisation) {
        return organisations.members(actor, new OrganisationId(organisation));
    }

    record NewRole(@NotNull Role role) {}

    @PutMapping("/api/organisations/{organisation}/members/{person}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void changeRole(
            Actor actor, @PathVariable UUID organisation, @PathVariable UUID person, @Valid @RequestBody NewRole wish) {
        organisations.changeRole(actor, new OrganisationId(organisation), new PersonId(person), wish.role());
    }

    @DeleteMapping("/api/organisations/{organisation}/members/{person}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void remove(Actor actor, @PathVariable UUID organisation, @PathVariable UUID person) {
        organisations.remove(actor, new OrganisationId(organisation), new PersonId(person));
    }

    @GetMapping("/api/organisations/{organisation}/invitations")
    List<Invitation> invitations(Actor actor, @PathVariable UUID organisation) {
        return organisations.invitations(actor, new OrganisationId(organisation));
    }

    record Invite(
            @NotBlank @Email @Size(max = 200) String email,
            @NotNull Role role) {}

    @PostMapping("/api/organisations/{organisation}/invitations")
    @ResponseStatus(HttpStatus.CREATED)
    NewInvitation invite(Actor actor, @PathVariable UUID organisation, @Valid @RequestBody Invite wish) {
        return organisations.invite(actor, new OrganisationId(organisation), wish.email(), wish.role());
    }

    @DeleteMapping("/api/organisations/{organisation}/invitations/{invitation}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void withdraw(Actor actor, @PathVariable UUID organisation, @PathVariable UUID invitation) {
        organisations.withdraw(actor, new OrganisationId(organisation), invitation);
    }

    record Acceptance(@NotBlank @Size(max = 200) String code) {}

    @PostMapping("/api/invitations/accept")
    OrganisationId accept(Actor actor, @Valid @RequestBody Acceptance wish) {
        return organisations.accept(actor, wish.code());
    }

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

    @PostMapping("/api/tokens")
    @ResponseStatus(HttpStatus.CREATED)
    ApiTokens.NewApiToken makeToken(Actor actor, @Valid @RequestBody NewToken wish) {
        int days = wish.days() == null ? DEFAULT_DAYS : wish.days();
        return tokens.make(actor.person(), wish.name(), Duration.ofDays(days));
    }

    @GetMapping("/api/tokens")
    List<ApiTokens.ApiToken> tokens(Actor actor) {
        return tokens.of(actor.person());
    }

    @DeleteMapping("/api/tokens/{token}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void revoke(Actor actor, @PathVariable UUID token) {
        tokens.revoke(actor.person(), token);
    }
}
