package org.aifactory.identity;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.aifactory.database.Columns;
import org.aifactory.identity.Actor.Membership;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/** The people who have an account here, and how they prove who they are. */
@Service
public class People {
    private static final int FAILURES_ALLOWED = 10;
    static final Duration FAILURES_COUNT_FOR = Duration.ofMinutes(15);
    private static final int SHORTEST_PASSWORD = 10;
    static final int LONGEST_NAME = 200;
    /** bcrypt reads no more. */
    private static final int LONGEST_PASSWORD_BYTES = 72;

    private final JdbcClient jdbc;
    private final InstantSource clock;
    private final PasswordEncoder passwords;
    private final AuditTrail audit;
    private final TransactionTemplate transaction;
    /** Compared with where there is no such person, so that both answers take the same time. */
    private final String nobodysHash;

    People(
            JdbcClient jdbc,
            InstantSource clock,
            PasswordEncoder passwords,
            AuditTrail audit,
            TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.passwords = passwords;
        this.audit = audit;
        this.transaction = transaction;
        nobodysHash = String.valueOf(passwords.encode(Secret.random()));
    }

    /**
     * Makes an account with a password.
     *
     * @throws Problem when the address has an account, or the password is too weak
     */
    public PersonId signUp(String email, String name, String password) {
        return signUp(email, name, password, person -> person);
    }

    /**
     * The same with more that is to be done for the new person in the same transaction. Where the caller has none open, the password is
     * hashed before there is one: that takes a while, in which no connection to the database is held.
     *
     * @throws Problem likewise, and what {@code more} throws; then there is no account
     */
    public <T> T signUp(String email, String name, String password, Function<PersonId, T> more) {
        requireGoodPassword(password);
        String hash = String.valueOf(passwords.encode(password));
        return Objects.requireNonNull(transaction.execute(status -> {
            PersonId person = add(email, name);
            jdbc.sql("update identity.person set password_hash = :hash where id = :person")
                    .param("hash", hash)
                    .param("person", person.value())
                    .update();
            return more.apply(person);
        }));
    }

    /** The person whom an OpenID provider calls so. */
    Optional<PersonId> known(String issuer, String subject) {
        return jdbc.sql("select person from identity.external_identity where issuer = :issuer and subject = :subject")
                .param("issuer", issuer)
                .param("subject", subject)
                .query(UUID.class)
                .optional()
                .map(PersonId::new);
    }

    /**
     * Makes an account for whom an OpenID provider calls so.
     *
     * @throws Problem when somebody has an account with this address: the provider's word alone does not open that
     */
    @Transactional
    PersonId join(String issuer, String subject, String email, String name) {
        PersonId person = add(email, name);
        connect(person, issuer, subject);
        return person;
    }

    /** Lets whom an OpenID provider calls so sign in as this person; false where they sign in as another. */
    @Transactional
    boolean connect(PersonId person, String issuer, String subject) {
        int added = jdbc.sql("""
                insert into identity.external_identity (issuer, subject, person, since) values (:issuer, :subject, :person, :now)
                on conflict do nothing
                """)
                .param("issuer", issuer)
                .param("subject", subject)
                .param("person", person.value())
                .param("now", now().atOffset(ZoneOffset.UTC))
                .update();
        if (added == 1) {
            audit.record(person, null, "person.connected", "person " + person, Map.of("issuer", issuer));
        }
        return added == 1 || known(issuer, subject).filter(person::equals).isPresent();
    }

    /** An account elsewhere by which a person signs in here. */
    public record Connection(UUID id, String issuer, Instant since) {}

    public List<Connection> connections(PersonId person) {
        return jdbc.sql(
                        "select id, issuer, since from identity.external_identity where person = :person order by since, id")
                .param("person", person.value())
                .query((row, number) -> new Connection(
                        row.getObject("id", UUID.class), row.getString("issuer"), Columns.instant(row, "since")))
                .list();
    }

    /**
     * Ends a connection.
     *
     * @throws Problem when it is the only way left to sign in
     */
    @Transactional
    public void disconnect(PersonId person, UUID connection) {
        // The row of the person is locked, so that the last two ways in cannot be closed at once.
        boolean password = jdbc.sql(
                        "select password_hash is not null from identity.person where id = :person for update")
                .param("person", person.value())
                .query(Boolean.class)
                .single();
        List<Connection> connections = connections(person);
        Connection ended = connections.stream()
                .filter(known -> known.id().equals(connection))
                .findFirst()
                .orElseThrow(() -> Problem.notFound("connection", connection));
        if (!password && connections.size() == 1) {
            throw Problem.of(ProblemType.NOT_NOW, "identity.refused.last-way-in");
        }
        jdbc.sql("delete from identity.external_identity where id = :id")
                .param("id", connection)
                .update();
        audit.record(person, null, "person.disconnected", "person " + person, Map.of("issuer", ended.issuer()));
    }

    private PersonId add(String email, String name) {
        PersonId person = PersonId.random();
        try {
            jdbc.sql("insert into identity.person (id, email, name, created_at) values (:id, :email, :name, :now)")
                    .param("id", person.value())
                    .param("email", normalised(email))
                    .param("name", name.strip())
                    .param("now", now().atOffset(ZoneOffset.UTC))
                    .update();
        } catch (DuplicateKeyException taken) {
            throw Problem.of(ProblemType.ALREADY_TAKEN, "identity.refused.has-account", normalised(email));
        }
        audit.record(person, null, "person.joined", "person " + person, Map.of());
        return person;
    }

    /**
     * The person with this address and password.
     *
     * @throws Problem when there is none, or too many attempts failed; which of address and password is wrong is not told
     */
    public PersonId signIn(String email, String password) {
        String address = normalised(email);
        noteAttempt(address);
        Optional<Credentials> credentials = jdbc.sql(
                        "select id, password_hash from identity.person where email = :email and password_hash is not null and left_at is null")
                .param("email", address)
                .query((row, number) ->
                        new Credentials(new PersonId(row.getObject("id", UUID.class)), row.getString("password_hash")))
                .optional();
        // To compare takes long on purpose, and so no connection to the database is held meanwhile: others need them.
        boolean right =
                passwords.matches(password, credentials.map(Credentials::hash).orElse(nobodysHash));
        if (credentials.isEmpty() || !right) {
            throw Problem.of(ProblemType.SIGN_IN_NEEDED, "identity.refused.wrong");
        }
        jdbc.sql("delete from identity.failed_sign_in where email = :email")
                .param("email", address)
                .update();
        return credentials.get().person();
    }

    /** An attempt counts as failed until it has succeeded, so that of many at once no more are tried than may fail. */
    private void noteAttempt(String address) {
        OffsetDateTime now = now().atOffset(ZoneOffset.UTC);
        OffsetDateTime since = now.minus(FAILURES_COUNT_FOR);
        boolean mayTry = Boolean.TRUE.equals(transaction.execute(status -> {
            jdbc.sql("select pg_advisory_xact_lock(hashtextextended(:name, 0))")
                    .param("name", "identity.sign-in " + address)
                    .query((row, number) -> number)
                    .list();
            return jdbc.sql("""
                    insert into identity.failed_sign_in (email, at)
                    select :email, :now
                     where (select count(*) from identity.failed_sign_in where email = :email and at > :since) < :allowed
                    """)
                            .param("email", address)
                            .param("now", now)
                            .param("since", since)
                            .param("allowed", FAILURES_ALLOWED)
                            .update()
                    == 1;
        }));
        if (!mayTry) {
            throw Problem.of(
                    ProblemType.TOO_MANY_ATTEMPTS,
                    "identity.refused.too-many",
                    address,
                    FAILURES_COUNT_FOR.toMinutes());
        }
    }

    /** Removes attempts that count no more; how many there were. */
    int forgetFailures() {
        return jdbc.sql("delete from identity.failed_sign_in where at <= :since")
                .param("since", now().minus(FAILURES_COUNT_FOR).atOffset(ZoneOffset.UTC))
                .update();
    }

    private record Credentials(PersonId person, String hash) {}

    /** What the person may do at this moment; nobody where they left. Asked for every request, so it costs one question. */
    public Optional<Actor> actor(PersonId person) {
        return jdbc.sql("""
                select person.name, person.email, array(select duty from identity.duty where duty.person = person.id) as duties,
                       organisation.id as organisation, organisation.name as organisation_name, organisation.kind, membership.role
                  from identity.person
                  left join identity.membership on membership.person = person.id
                  left join identity.organisation on organisation.id = membership.organisation
                 where person.id = :person and left_at is null
                 order by membership.since, organisation.id
                """).param("person", person.value()).query((ResultSet rows) -> actor(person, rows));
    }

    private static Optional<Actor> actor(PersonId person, ResultSet rows) throws SQLException {
        if (!rows.next()) {
            return Optional.empty();
        }
        String name = rows.getString("name");
        String email = rows.getString("email");
        EnumSet<Duty> duties = EnumSet.noneOf(Duty.class);
        for (String duty : (String[]) rows.getArray("duties").getArray()) {
            duties.add(Duty.valueOf(duty));
        }
        List<Membership> memberships = new ArrayList<>();
        do {
            // One row all the same for a person of no organisation.
            UUID organisation = rows.getObject("organisation", UUID.class);
            if (organisation != null) {
                memberships.add(new Membership(
                        new OrganisationId(organisation),
                        rows.getString("organisation_name"),
                        OrganisationKind.valueOf(rows.getString("kind")),
                        Role.valueOf(rows.getString("role"))));
            }
        } while (rows.next());
        return Optional.of(new Actor(person, name, email, Set.copyOf(duties), List.copyOf(memberships)));
    }

    /** What people are called; without those who left. */
    public Map<PersonId, String> names(Collection<PersonId> persons) {
        return jdbc
                .sql("select id, name from identity.person where id = any(:persons) and left_at is null")
                .param(
                        "persons",
                        persons.stream().map(PersonId::value).distinct().toArray(UUID[]::new))
                .query((row, number) -> Map.entry(new PersonId(row.getObject("id", UUID.class)), row.getString("name")))
                .list()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** Whose account has this address. */
    public Optional<PersonId> withEmail(String email) {
        return jdbc.sql("select id from identity.person where email = :email and left_at is null")
                .param("email", normalised(email))
                .query((row, number) -> new PersonId(row.getObject("id", UUID.class)))
                .optional();
    }

    /** Who has the duty. */
    public List<PersonId> with(Duty duty) {
        return jdbc.sql("select person from identity.duty where duty = :duty order by person")
                .param("duty", duty.name())
                .query((row, number) -> new PersonId(row.getObject("person", UUID.class)))
                .list();
    }

    @Transactional
    public void give(PersonId person, Duty duty) {
        int given = jdbc.sql("insert into identity.duty (person, duty) values (:person, :duty) on conflict do nothing")
                .param("person", person.value())
                .param("duty", duty.name())
                .update();
        if (given == 1) {
            audit.record(null, null, "person.duty-given", "person " + person, Map.of("duty", duty));
        }
    }

    /** Whether somebody can set the platform up. */
    @Transactional(readOnly = true)
    public boolean hasAdministrator() {
        return jdbc.sql("select exists (select from identity.duty where duty = 'ADMINISTRATOR')")
                .query(Boolean.class)
                .single();
    }

    private static void requireGoodPassword(String password) {
        if (password.codePointCount(0, password.length()) < SHORTEST_PASSWORD) {
            throw Problem.invalid("password", "identity.fault.password-short", SHORTEST_PASSWORD);
        }
        if (password.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > LONGEST_PASSWORD_BYTES) {
            throw Problem.invalid("password", "identity.fault.password-long", LONGEST_PASSWORD_BYTES);
        }
    }

    static String normalised(String email) {
        return email.strip().toLowerCase(Locale.ROOT);
    }

    private Instant now() {
        return clock.instant();
    }
}
