package org.aifactory.fuzz;

import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Somebody who calls, or nobody; whose token was taken away signs in again. */
final class Person {
    /** Whose work it is to see what organisations ask for. */
    enum Place {
        NOBODY,
        MEMBER,
        STAFF
    }

    private final String name;
    private final Place place;
    private final String organisation;
    private final String email;
    private final String secret;
    private final @Nullable Supplier<String> signIn;
    private volatile @Nullable String token;

    /** @param secret stands in what they write, and may be read by nobody else; empty for none */
    Person(
            String name,
            Place place,
            String organisation,
            String email,
            String secret,
            @Nullable Supplier<String> signIn) {
        this.name = name;
        this.place = place;
        this.organisation = organisation;
        this.email = email;
        this.secret = secret;
        this.signIn = signIn;
        signInAgain();
    }

    static Person nobody() {
        return new Person("nobody", Place.NOBODY, "", "", "", null);
    }

    void signInAgain() {
        if (signIn != null) {
            token = signIn.get();
        }
    }

    String name() {
        return name;
    }

    Place place() {
        return place;
    }

    String organisation() {
        return organisation;
    }

    String email() {
        return email;
    }

    String secret() {
        return secret;
    }

    Optional<String> token() {
        return Optional.ofNullable(token);
    }
}
