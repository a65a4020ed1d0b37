package org.aifactory.notices;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.PersonId;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Notices as they lie in the database. Nobody is shown one of an organisation that they do not belong to any more. */
@Component
class NoticeTable {
    private static final TypeReference<List<Word>> WORDS = new TypeReference<>() {};
    /** Of the person {@code :person}. */
    private static final String THEIRS = """
             person = :person and (organisation is null or exists (
                select from identity.membership where membership.person = notice.person and membership.organisation = notice.organisation))
            """;

    private final JdbcClient jdbc;
    private final JsonMapper json;

    NoticeTable(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** Adds a notice; false where it is there already, or the person has left. */
    boolean add(PersonId person, Telling telling, Instant now) {
        // The row of the person is locked, so that whoever leaves at the same time leaves no notice behind.
        return jdbc.sql("""
                insert into notices.notice (id, person, organisation, kind, key, words, path, at)
                select :id, id, :organisation, :kind, :key, :words::jsonb, :path, :now
                  from identity.person where id = :person and left_at is null for share
                on conflict do nothing
                """)
                        .param("id", telling.idFor(person))
                        .param("person", person.value())
                        .param(
                                "organisation",
                                telling.organisation() == null
                                        ? null
                                        : telling.organisation().value(),
                                Types.OTHER)
                        .param("kind", telling.kind().name())
                        .param("key", telling.key())
                        .param("words", written(telling.words()))
                        .param("path", telling.path())
                        .param("now", now.atOffset(ZoneOffset.UTC))
                        .update()
                == 1;
    }

    /** Adds what somebody without an account is told by mail alone; false where it is there already. */
    boolean add(UUID id, Letter letter, OrganisationId organisation, Instant now) {
        return jdbc.sql("""
                insert into notices.notice (id, address, language, organisation, kind, key, words, path, at)
                values (:id, :address, :language, :organisation, :kind, :key, :words::jsonb, :path, :now)
                on conflict do nothing
                """)
                        .param("id", id)
                        .param("address", letter.address())
                        .param("language", letter.language().getLanguage())
                        .param("organisation", organisation.value())
                        .param("kind", letter.kind().name())
                        .param("key", letter.key())
                        .param("words", written(letter.words()))
                        .param("path", letter.path())
                        .param("now", now.atOffset(ZoneOffset.UTC))
                        .update()
                == 1;
    }

    /** How many people outside were told for the organisation since then. */
    int addressed(OrganisationId organisation, Instant since) {
        return jdbc.sql("""
                select count(*) from notices.notice where address is not null and organisation = :organisation and at > :since
                """)
                .param("organisation", organisation.value())
                .param("since", since.atOffset(ZoneOffset.UTC))
                .query(Integer.class)
                .single();
    }

    /**
     * A person's notices, the newest first.
     *
     * @param before the last one that was seen; null begins with the newest
     */
    List<Notice> of(PersonId person, boolean unreadOnly, @Nullable UUID before, int most) {
        return jdbc.sql("select * from notices.notice where" + THEIRS + """
                   and (read_at is null or not :unread)
                   and (:before::uuid is null or (at, id) < (select at, id from notices.notice where id = :before::uuid and person = :person))
                 order by at desc, id desc limit :most
                """)
                .param("person", person.value())
                .param("unread", unreadOnly)
                .param("before", before, Types.OTHER)
                .param("most", most)
                .query((row, number) -> notice(row))
                .list();
    }

    Optional<Notice> find(PersonId person, UUID id) {
        return jdbc.sql("select * from notices.notice where id = :id and" + THEIRS)
                .param("person", person.value())
                .param("id", id)
                .query((row, number) -> notice(row))
                .optional();
    }

    int unread(PersonId person) {
        return jdbc.sql("select count(*) from notices.notice where read_at is null and" + THEIRS)
                .param("person", person.value())
                .query(Integer.class)
                .single();
    }

    void read(PersonId person, UUID id, Instant now) {
        jdbc.sql("update notices.notice set read_at = :now where id = :id and person = :person and read_at is null")
                .param("now", now.atOffset(ZoneOffset.UTC))
                .param("id", id)
                .param("person", person.value())
                .update();
    }

    /** Marks all of a person's notices as read; how many were not. */
    int readAll(PersonId person, Instant now) {
        return jdbc.sql("update notices.notice set read_at = :now where person = :person and read_at is null")
                .param("now", now.atOffset(ZoneOffset.UTC))
                .param("person", person.value())
                .update();
    }

    /** What was told to a person, and what names the address, such as an invitation that was sent there. */
    void forget(PersonId person, String email) {
        jdbc.sql("""
                delete from notices.notice where person = :person or address = :email or position(:email in words::text) > 0
                """).param("person", person.value()).param("email", email).update();
    }

    void forgetBefore(Instant then) {
        jdbc.sql("delete from notices.notice where at < :then")
                .param("then", then.atOffset(ZoneOffset.UTC))
                .update();
    }

    String written(List<Word> words) {
        return json.writerFor(WORDS).writeValueAsString(words);
    }

    List<Word> words(String written) {
        return json.readValue(written, WORDS);
    }

    private Notice notice(ResultSet row) throws SQLException {
        return new Notice(
                row.getObject("id", UUID.class),
                Kind.valueOf(row.getString("kind")),
                row.getString("key"),
                words(row.getString("words")),
                row.getString("path"),
                row.getObject("at", OffsetDateTime.class).toInstant(),
                row.getObject("read_at") != null);
    }
}
