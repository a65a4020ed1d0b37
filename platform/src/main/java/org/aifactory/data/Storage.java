package org.aifactory.data;

import java.util.Collection;
import java.util.Map;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.identity.Duty;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.Organisations;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** How much an organisation may keep, and how much of that is taken. The same file counts once. */
@Service
public class Storage {
    private final JdbcClient jdbc;
    private final Organisations organisations;
    private final AuditTrail audit;
    private final DataSettings settings;

    Storage(JdbcClient jdbc, Organisations organisations, AuditTrail audit, DataSettings settings) {
        this.jdbc = jdbc;
        this.organisations = organisations;
        this.audit = audit;
        this.settings = settings;
    }

    /**
     * @param used what the organisation keeps, and the announced lengths of uploads under way
     * @param free never below 0
     */
    public record Room(long limit, long used, long free) {}

    public Room of(Actor actor, OrganisationId organisation) {
        if (!maySet(actor)) {
            actor.requireMaySee(organisation, "organisation", organisation);
        }
        return room(organisation);
    }

    /** Programme officers and administrators set how much an organisation may keep. */
    @Transactional
    public Room limit(Actor actor, OrganisationId organisation, long bytes) {
        if (!maySet(actor)) {
            actor.requireMaySee(organisation, "organisation", organisation);
            throw Problem.of(ProblemType.NOT_ALLOWED, "data.refused.room");
        }
        if (organisations.find(organisation).isEmpty()) {
            throw Problem.notFound("organisation", organisation);
        }
        jdbc.sql("""
                insert into data.room (organisation, limit_bytes) values (:organisation, :bytes)
                on conflict (organisation) do update set limit_bytes = excluded.limit_bytes
                """)
                .param("organisation", organisation.value())
                .param("bytes", bytes)
                .update();
        audit.record(
                actor.person(),
                organisation,
                "storage.limited",
                "organisation " + organisation,
                Map.of("bytes", bytes));
        return room(organisation);
    }

    /**
     * Lets a transaction add to what the organisation keeps; others that want to wait until it ends.
     *
     * @throws Problem when less is free
     */
    @Transactional(propagation = Propagation.MANDATORY)
    void take(OrganisationId organisation, long bytes) {
        lock(organisation);
        Room room = room(organisation);
        if (bytes > room.free()) {
            throw Problem.of(
                            ProblemType.NOT_ENOUGH_LEFT,
                            "data.refused.no-room",
                            Bytes.inWords(bytes),
                            Bytes.inWords(room.limit()),
                            Bytes.inWords(room.free()))
                    .with(Map.of("asked", bytes, "free", room.free(), "limit", room.limit()));
        }
    }

    /** The same for stored files, of which those that the organisation keeps already take nothing. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void take(OrganisationId organisation, Collection<Sha256> blobs) {
        lock(organisation);
        take(
                organisation,
                jdbc.sql("""
                        select coalesce(sum(bytes), 0)::bigint from data.blob
                         where sha256 = any(:blobs)
                           and not exists (select from data.keeping where organisation = :organisation and keeping.blob = sha256)
                        """)
                        .param("blobs", BlobStore.names(blobs))
                        .param("organisation", organisation.value())
                        .query(Long.class)
                        .single());
    }

    private void lock(OrganisationId organisation) {
        jdbc.sql("insert into data.room (organisation) values (:organisation) on conflict do nothing")
                .param("organisation", organisation.value())
                .update();
        jdbc.sql("select organisation from data.room where organisation = :organisation for update")
                .param("organisation", organisation.value())
                .query((row, number) -> number)
                .single();
    }

    Room room(OrganisationId organisation) {
        return jdbc.sql("""
                select coalesce((select limit_bytes from data.room where organisation = :organisation), :standard) as most,
                       (select coalesce(sum(bytes), 0) from data.blob
                         where sha256 in (select blob from data.keeping where organisation = :organisation))
                     + (select coalesce(sum(length), 0) from data.upload
                         where organisation = :organisation and state <> 'FINISHED') as used
                """)
                .param("organisation", organisation.value())
                .param("standard", settings.room().toBytes())
                .query((row, number) -> {
                    long limit = row.getLong("most");
                    long used = row.getLong("used");
                    return new Room(limit, used, Math.max(0, limit - used));
                })
                .single();
    }

    private static boolean maySet(Actor actor) {
        return actor.has(Duty.ADMINISTRATOR) || actor.isProgrammeOfficer();
    }
}
