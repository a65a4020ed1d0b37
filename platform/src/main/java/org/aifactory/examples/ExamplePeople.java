package org.aifactory.examples;

import java.util.Optional;
import java.util.UUID;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.Organisations;
import org.aifactory.identity.People;
import org.aifactory.identity.PersonId;
import org.aifactory.identity.Secret;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Makes the example people, once for each platform, each with an organisation of their own. */
@Component
class ExamplePeople {
    private static final String COUNTRY = "FI";

    private final JdbcClient jdbc;
    private final People people;
    private final Organisations organisations;

    ExamplePeople(JdbcClient jdbc, People people, Organisations organisations) {
        this.jdbc = jdbc;
        this.people = people;
        this.organisations = organisations;
    }

    record Entered(PersonId person, OrganisationId organisation) {}

    /** The account of an example person; a new one where there is none. */
    @Transactional
    Entered enter(ExamplePerson who) {
        return find(who).orElseGet(() -> make(who));
    }

    private Optional<Entered> find(ExamplePerson who) {
        return jdbc.sql("select person, organisation from examples.person where key = :key")
                .param("key", who.key())
                .query((row, number) -> new Entered(
                        new PersonId(row.getObject("person", UUID.class)),
                        new OrganisationId(row.getObject("organisation", UUID.class))))
                .optional();
    }

    /** Nobody knows the password: the link is the only way in. */
    private Entered make(ExamplePerson who) {
        PersonId person = people.signUp(who.email(), who.fullName, Secret.random());
        who.duty().ifPresent(duty -> people.give(person, duty));
        OrganisationId organisation = organisations.found(person, who.organisation, who.kind, COUNTRY);
        jdbc.sql("insert into examples.person (key, person, organisation) values (:key, :person, :organisation)")
                .param("key", who.key())
                .param("person", person.value())
                .param("organisation", organisation.value())
                .update();
        return new Entered(person, organisation);
    }
}
