package org.aifactory.notices;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Mails that wait to be sent, and which were. */
@Component
class MailTable {
    private final JdbcClient jdbc;
    private final NoticeTable notices;

    MailTable(JdbcClient jdbc, NoticeTable notices) {
        this.jdbc = jdbc;
        this.notices = notices;
    }

    /** A mail for a notice that was added just now, and whose name it has; none where the person wants none of its kind. */
    void add(UUID notice, Instant now) {
        jdbc.sql("""
                insert into notices.mail (id, made_at, next_at)
                select id, :now, :now from notices.notice
                 where id = :id
                   and not exists (select from notices.muted where muted.person = notice.person and muted.kind = notice.kind)
                on conflict do nothing
                """)
                .param("id", notice)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .update();
    }

    /**
     * A mail to be sent now.
     *
     * @param tries with this one
     * @param next when it is tried again unless it is done
     */
    record Waiting(UUID id, Instant made, int tries, Instant next) {}

    /**
     * Takes a mail that is due. Its next try is written down before this one begins, so that no other instance takes it meanwhile, and
     * none has to notice that this one died; the pauses double up to an hour, and the first is longer than a server may take to answer.
     */
    Optional<Waiting> take(Instant now) {
        return jdbc.sql("""
                update notices.mail
                   set tries = tries + 1, next_at = :now + least(interval '2 minutes' * power(2, least(tries, 10)), interval '1 hour')
                 where id = (select id from notices.mail where ended_at is null and next_at <= :now
                              order by next_at limit 1 for update skip locked)
                returning id, made_at, tries, next_at
                """)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .query((row, number) -> new Waiting(
                        row.getObject("id", UUID.class),
                        instant(row, "made_at"),
                        row.getInt("tries"),
                        instant(row, "next_at")))
                .optional();
    }

    /** What it says, to whom; empty where there is nobody any more who may read it. */
    Optional<Letter> letter(Waiting mail) {
        return jdbc.sql("""
                select coalesce(notice.address, person.email) as address, notice.kind, notice.key, notice.words, notice.path,
                       coalesce(notice.language, preference.language, 'en') as language
                  from notices.notice
                  left join identity.person on person.id = notice.person
                  left join notices.preference on preference.person = notice.person
                 where notice.id = :id
                   and person.left_at is null
                   and (notice.address is not null or notice.organisation is null or exists (
                        select from identity.membership
                         where membership.person = notice.person and membership.organisation = notice.organisation))
                """)
                .param("id", mail.id())
                .query((row, number) -> new Letter(
                        row.getString("address"),
                        Locale.of(row.getString("language")),
                        Kind.valueOf(row.getString("kind")),
                        row.getString("key"),
                        notices.words(row.getString("words")),
                        row.getString("path")))
                .optional();
    }

    /** It was sent, or is not tried again. Of somebody without an account nothing is kept, nor what an invitation opens with. */
    @Transactional
    void end(Waiting mail, Instant now) {
        jdbc.sql("""
                update notices.notice set address = '', words = '[]', path = '/' where id = :id and address is not null
                """).param("id", mail.id()).update();
        jdbc.sql("update notices.mail set ended_at = :now where id = :id")
                .param("now", now.atOffset(ZoneOffset.UTC))
                .param("id", mail.id())
                .update();
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
