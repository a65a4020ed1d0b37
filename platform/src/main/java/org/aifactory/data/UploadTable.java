package org.aifactory.data;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.data.Upload.State;
import org.aifactory.database.Columns;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.PersonId;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The table {@code data.upload}. Whatever moves an upload names the state that it is in, and learns whether it still was. */
final class UploadTable {
    private final JdbcClient jdbc;

    UploadTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void insert(Upload upload, PersonId person) {
        jdbc.sql("""
                insert into data.upload
                       (id, organisation, person, name, length, announced, received, state, created_at, expires_at)
                values (:id, :organisation, :person, :name, :length, :announced, :received, :state, :created, :expires)
                """)
                .param("id", upload.id().value())
                .param("organisation", upload.organisation().value())
                .param("person", person.value())
                .param("name", upload.name())
                .param("length", upload.length())
                .param("announced", upload.announced().map(Sha256::hex).orElse(null))
                .param("received", upload.received())
                .param("state", upload.state().name())
                .param("created", upload.created().atOffset(ZoneOffset.UTC))
                .param("expires", upload.expires().atOffset(ZoneOffset.UTC))
                .update();
    }

    Optional<Upload> find(UploadId id) {
        return jdbc.sql("select * from data.upload where id = :id")
                .param("id", id.value())
                .query((row, number) -> upload(row))
                .optional();
    }

    List<Upload> of(OrganisationId organisation) {
        return jdbc.sql("select * from data.upload where organisation = :organisation order by created_at, id")
                .param("organisation", organisation.value())
                .query((row, number) -> upload(row))
                .list();
    }

    long count(OrganisationId organisation) {
        return jdbc.sql("select count(*) from data.upload where organisation = :organisation")
                .param("organisation", organisation.value())
                .query(Long.class)
                .single();
    }

    List<Upload> expired(Instant now) {
        return jdbc.sql("select * from data.upload where expires_at <= :now order by expires_at")
                .param("now", now.atOffset(ZoneOffset.UTC))
                .query((row, number) -> upload(row))
                .list();
    }

    List<Upload> received() {
        return jdbc.sql("select * from data.upload where state = 'RECEIVED' order by created_at")
                .query((row, number) -> upload(row))
                .list();
    }

    /** Whether nobody moved it meanwhile. */
    boolean receive(UploadId id, long from, long to, Instant expires) {
        return jdbc.sql("""
                update data.upload
                   set received = :to, expires_at = :expires, state = case when :to = length then 'RECEIVED' else 'RECEIVING' end
                 where id = :id and received = :from and state = 'RECEIVING'
                """)
                        .param("id", id.value())
                        .param("from", from)
                        .param("to", to)
                        .param("expires", expires.atOffset(ZoneOffset.UTC))
                        .update()
                == 1;
    }

    /** The disk has less than was written down, as after restoring a copy of the database alone. */
    void setBack(UploadId id, long received) {
        jdbc.sql("""
                update data.upload set received = :received, state = 'RECEIVING'
                 where id = :id and received > :received and state <> 'FINISHED'
                """).param("id", id.value()).param("received", received).update();
    }

    boolean finish(UploadId id, Sha256 blob, Instant expires) {
        return jdbc.sql("""
                update data.upload set state = 'FINISHED', blob = :blob, expires_at = :expires where id = :id and state = 'RECEIVED'
                """)
                        .param("id", id.value())
                        .param("blob", blob.hex())
                        .param("expires", expires.atOffset(ZoneOffset.UTC))
                        .update()
                == 1;
    }

    boolean delete(UploadId id) {
        return jdbc.sql("delete from data.upload where id = :id")
                        .param("id", id.value())
                        .update()
                == 1;
    }

    private static Upload upload(ResultSet row) throws SQLException {
        return new Upload(
                new UploadId(row.getObject("id", UUID.class)),
                new OrganisationId(row.getObject("organisation", UUID.class)),
                row.getString("name"),
                row.getLong("length"),
                row.getLong("received"),
                State.valueOf(row.getString("state")),
                Optional.ofNullable(row.getString("announced")).map(Sha256::new),
                Optional.ofNullable(row.getString("blob")).map(Sha256::new),
                Columns.instant(row, "created_at"),
                Columns.instant(row, "expires_at"));
    }
}
