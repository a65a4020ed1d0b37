package org.aifactory.identity;

import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.util.Optional;
import org.aifactory.web.Problem;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The first administrator over HTTP. */
@RestController
class FirstAdministratorApi {
    private static final Duration SIGN_IN_LASTS = Duration.ofDays(30);

    private final FirstAdministrator first;
    private final ApiTokens tokens;

    FirstAdministratorApi(FirstAdministrator first, ApiTokens tokens) {
        this.first = first;
        this.tokens = tokens;
    }

    /** @param code as it was printed where the platform was started; the rest is for whoever has no account yet */
    record Wish(
            @NotBlank @Size(max = 200) String code,
            @Nullable @Email @Size(max = 200) String email,
            @Nullable @Size(max = 200) String name,
            @Nullable @Size(max = 200) String password) {}

    /** @param token opens the API as this person; told once */
    record Appointed(PersonId person, String token) {}

    @Operation(
            summary = "Become the first administrator, with the code that was printed at the start",
            description =
                    "With a token, the person becomes it; without one, a new account is made of email, name and password.")
    @PostMapping("/api/first-administrator")
    @ResponseStatus(HttpStatus.CREATED)
    @Transactional
    Appointed become(Optional<Actor> actor, @Valid @RequestBody Wish wish) {
        PersonId person;
        if (actor.isPresent()) {
            person = actor.get().person();
            first.appoint(wish.code(), person);
        } else {
            person = first.signUp(
                    wish.code(),
                    given("email", wish.email()),
                    given("name", wish.name()),
                    given("password", wish.password()));
        }
        return new Appointed(
                person,
                tokens.make(person, "first administrator", SIGN_IN_LASTS).token());
    }

    private static String given(String field, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw Problem.invalid(field, "identity.fault.new-account");
        }
        return value;
    }
}
