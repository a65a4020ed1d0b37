package org.aifactory.observatory;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.identity.Duty;
import org.aifactory.identity.PersonId;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/** The initiatives that are known. Everybody may read them; analysts and programme officers keep them. */
@Service
class Initiatives {
    /** More than there are nations with plans. */
    private static final int MOST = 2000;

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final InstantSource clock;
    private final AuditTrail audit;

    Initiatives(JdbcClient jdbc, JsonMapper json, InstantSource clock, AuditTrail audit) {
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
        this.audit = audit;
    }

    static boolean mayKeep(Actor actor) {
        return actor.has(Duty.ANALYST) || actor.isProgrammeOfficer();
    }

    static void requireMayKeep(Actor actor) {
        if (!mayKeep(actor)) {
            throw Problem.of(ProblemType.NOT_ALLOWED, "observatory.refused.only-analysts");
        }
    }

    /** By country, the latest first. */
    List<InitiativeForm> all(Optional<String> country, Optional<Kind> kind) {
        return jdbc.sql("""
                select * from observatory.initiative
                 where (:country::text is null or country = :country) and (:kind::text is null or kind = :kind)
                 order by country, announced desc, slug limit :most
                """)
                .param("country", country.orElse(null), Types.VARCHAR)
                .param("kind", kind.map(Kind::name).orElse(null), Types.VARCHAR)
                .param("most", MOST)
                .query((row, number) -> form(row))
                .list();
    }

    InitiativeForm require(String slug) {
        return find(slug).orElseThrow(() -> Problem.notFound("initiative", slug));
    }

    private Optional<InitiativeForm> find(String slug) {
        return jdbc.sql("select * from observatory.initiative where slug = :slug")
                .param("slug", slug)
                .query((row, number) -> form(row))
                .optional();
    }

    /** @throws Problem at each field that is wrong, and where the name is taken */
    @Transactional
    InitiativeForm add(Actor actor, InitiativeForm form) {
        requireMayKeep(actor);
        Initiative read = InitiativeCheck.read(form);
        try {
            insert(read, form, actor.person());
        } catch (DuplicateKeyException taken) {
            throw Problem.of(ProblemType.ALREADY_TAKEN, "observatory.refused.taken", read.slug());
        }
        record(actor.person(), "initiative.added", read, 1);
        return require(read.slug());
    }

    /**
     * Puts an initiative in the place of the version that was read.
     *
     * @throws Problem at each field that is wrong, and where somebody else changed it since
     */
    @Transactional
    InitiativeForm change(Actor actor, String slug, InitiativeForm form) {
        requireMayKeep(actor);
        require(slug);
        int version = form.version() == null ? 0 : form.version();
        Initiative read = InitiativeCheck.read(form.as(slug, version));
        if (update(read, form, version, actor.person()) == 0) {
            throw Problem.of(ProblemType.CHANGED_MEANWHILE, "observatory.refused.changed");
        }
        record(actor.person(), "initiative.changed", read, version + 1);
        return require(slug);
    }

    /** Enters what a file tells; whether that changed anything. What somebody has changed since stays as it is. */
    @Transactional
    boolean enter(InitiativeForm form) {
        Initiative read = InitiativeCheck.read(form);
        Optional<InitiativeForm> known = find(read.slug());
        if (known.isEmpty()) {
            insert(read, form, null);
            record(null, "initiative.added", read, 1);
            return true;
        }
        InitiativeForm before = known.get();
        int version = before.version() == null ? 0 : before.version();
        if (isKept(read.slug()) || before.equals(canonical(form.as(read.slug(), version)))) {
            return false;
        }
        update(read, form, version, null);
        record(null, "initiative.changed", read, version + 1);
        return true;
    }

    /** Numbers as the database gives them back, so that 5e9 is what 5000000000 is. */
    private InitiativeForm canonical(InitiativeForm form) {
        String stored = jdbc.sql("select :content::jsonb::text")
                .param("content", json.writeValueAsString(form))
                .query(String.class)
                .single();
        return json.readValue(stored, InitiativeForm.class);
    }

    private boolean isKept(String slug) {
        return jdbc.sql("select changed_by is not null from observatory.initiative where slug = :slug")
                .param("slug", slug)
                .query(Boolean.class)
                .single();
    }

    private void insert(Initiative read, InitiativeForm form, @Nullable PersonId by) {
        jdbc.sql("""
                insert into observatory.initiative (slug, version, country, kind, announced, content, changed_at, changed_by)
                values (:slug, 1, :country, :kind, :announced, :content::jsonb, :now, :by)
                """)
                .params(columns(read, form))
                .param("by", by == null ? null : by.value(), Types.OTHER)
                .update();
    }

    private int update(Initiative read, InitiativeForm form, int version, @Nullable PersonId by) {
        return jdbc.sql("""
                update observatory.initiative
                   set version = version + 1, country = :country, kind = :kind, announced = :announced, content = :content::jsonb,
                       changed_at = :now, changed_by = :by
                 where slug = :slug and version = :version
                """)
                .params(columns(read, form))
                .param("version", version)
                .param("by", by == null ? null : by.value(), Types.OTHER)
                .update();
    }

    private Map<String, Object> columns(Initiative read, InitiativeForm form) {
        return Map.of(
                "slug", read.slug(),
                "country", read.country(),
                "kind", read.kind().name(),
                "announced", read.announced(),
                "content", json.writeValueAsString(form),
                "now", clock.instant().atOffset(ZoneOffset.UTC));
    }

    private void record(@Nullable PersonId by, String action, Initiative read, int version) {
        audit.record(
                by,
                null,
                action,
                "initiative " + read.slug(),
                Map.of("country", read.country(), "kind", read.kind(), "version", version));
    }

    private InitiativeForm form(ResultSet row) throws SQLException {
        return json.readValue(row.getString("content"), InitiativeForm.class)
                .as(row.getString("slug"), row.getInt("version"));
    }
}
