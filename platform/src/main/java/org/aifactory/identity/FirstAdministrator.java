package org.aifactory.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Makes the first administrator of a platform that has none: whoever has the code that is printed where the platform is started. Each
 * start has another code, kept nowhere but in memory.
 */
@Service
public class FirstAdministrator {
    private final String code = Secret.random();
    private final JdbcClient jdbc;
    private final People people;

    FirstAdministrator(JdbcClient jdbc, People people) {
        this.jdbc = jdbc;
        this.people = people;
    }

    /** What makes an administrator at this start; nothing where the platform has one. */
    public Optional<String> code() {
        return people.hasAdministrator() ? Optional.empty() : Optional.of(code);
    }

    /**
     * Makes an account and gives it the duty.
     *
     * @throws Problem when the code is wrong, the platform has an administrator, or the account cannot be made
     */
    @Transactional
    public PersonId signUp(String shown, String email, String name, String password) {
        requireFirst(shown);
        PersonId person = people.signUp(email, name, password);
        people.give(person, Duty.ADMINISTRATOR);
        return person;
    }

    /**
     * Gives the duty to somebody who has an account.
     *
     * @throws Problem when the code is wrong, or the platform has an administrator
     */
    @Transactional
    public void appoint(String shown, PersonId person) {
        requireFirst(shown);
        people.give(person, Duty.ADMINISTRATOR);
    }

    /** Of two at once the later waits here, and finds the other. */
    private void requireFirst(String shown) {
        jdbc.sql("lock table identity.duty in share row exclusive mode").update();
        boolean right =
                MessageDigest.isEqual(shown.getBytes(StandardCharsets.UTF_8), code.getBytes(StandardCharsets.UTF_8));
        if (!right || people.hasAdministrator()) {
            throw Problem.of(ProblemType.NOT_ALLOWED, "identity.refused.first-code");
        }
    }
}
