package org.aifactory.review;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.aifactory.database.Columns;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.PersonId;
import org.aifactory.review.Selection.Rule;
import org.aifactory.review.Selection.WhenShort;
import org.aifactory.web.Message;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Panels, papers, assignments and scores as they lie in the database. */
@Component
class PanelTable {
    private static final TypeReference<Map<String, BigDecimal>> SCORES = new TypeReference<>() {};
    private static final TypeReference<Map<String, String>> COMMENTS = new TypeReference<>() {};
    private static final String SELECT = """
            select panel.*, scheme.definition as scheme_definition
              from review.panel join review.scheme on scheme.slug = panel.scheme and scheme.version = panel.scheme_version
            """;

    private final JdbcClient jdbc;
    private final JsonMapper json;

    PanelTable(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    Optional<Panel> find(PanelId id) {
        return jdbc.sql(SELECT + " where panel.id = :id")
                .param("id", id.value())
                .query((row, number) -> panel(row))
                .optional();
    }

    Optional<Panel> about(String subject) {
        return jdbc.sql(SELECT + " where panel.subject = :subject")
                .param("subject", subject)
                .query((row, number) -> panel(row))
                .optional();
    }

    /** The same, locked until the transaction ends: nobody scores or assigns while it is decided. */
    Optional<Panel> lock(PanelId id) {
        return jdbc.sql(SELECT + " where panel.id = :id for no key update of panel")
                .param("id", id.value())
                .query((row, number) -> panel(row))
                .optional();
    }

    List<Panel> all() {
        return jdbc.sql(SELECT + " order by panel.opened_at desc")
                .query((row, number) -> panel(row))
                .list();
    }

    /**
     * How far the judging of an open panel has come.
     *
     * @param missing papers that have too few reviewers
     * @param ready papers that enough have judged, and on which nobody has recorded a consensus
     */
    record Progress(PanelId id, Text title, int papers, int missing, int ready, int agreed) {}

    List<Progress> progress() {
        return jdbc.sql("""
                select panel.id, panel.title::text as title, count(*) as papers,
                       count(*) filter (where seats.taken < panel.reviewers) as missing,
                       count(*) filter (where seats.handed_in >= panel.reviewers and consensus.paper is null) as ready,
                       count(consensus.paper) as agreed
                  from review.panel
                  join review.paper on paper.panel = panel.id and paper.withdrawn_at is null
                  left join review.consensus on consensus.paper = paper.id
                  cross join lateral (select count(*) as taken, count(assignment.handed_in_at) as handed_in
                                        from review.assignment
                                       where assignment.paper = paper.id and assignment.ended_at is null) as seats
                 where panel.state = 'OPEN'
                 group by panel.id order by panel.opened_at
                """)
                .query((row, number) -> new Progress(
                        new PanelId(row.getObject("id", UUID.class)),
                        json.readValue(row.getString("title"), Text.class),
                        row.getInt("papers"),
                        row.getInt("missing"),
                        row.getInt("ready"),
                        row.getInt("agreed")))
                .list();
    }

    /** The scheme with the number under which it is kept: that of the same content, or the next. */
    Scheme keep(Scheme scheme, Instant now) {
        jdbc.sql("select pg_advisory_xact_lock(hashtext('review.scheme ' || :slug))")
                .param("slug", scheme.slug())
                .query(rows -> {});
        List<Scheme> known = jdbc
                .sql("select definition from review.scheme where slug = :slug order by version")
                .param("slug", scheme.slug())
                .query(String.class)
                .list()
                .stream()
                .map(definition -> json.readValue(definition, Scheme.class))
                .toList();
        for (Scheme earlier : known) {
            if (json.writeValueAsString(numbered(scheme, earlier.version())).equals(json.writeValueAsString(earlier))) {
                return earlier;
            }
        }
        Scheme next = numbered(scheme, known.size() + 1);
        jdbc.sql("""
                insert into review.scheme (slug, version, definition, made_at) values (:slug, :version, :definition::jsonb, :now)
                """)
                .param("slug", next.slug())
                .param("version", next.version())
                .param("definition", json.writeValueAsString(next))
                .param("now", now.atOffset(ZoneOffset.UTC))
                .update();
        return next;
    }

    private static Scheme numbered(Scheme scheme, int version) {
        return new Scheme(
                scheme.slug(), version, scheme.name(), scheme.groups(), scheme.threshold(), scheme.tieBreaks());
    }

    void add(Panel panel, PersonId by) {
        jdbc.sql("""
                insert into review.panel (id, subject, title, scheme, scheme_version, reviewers, when_short, reserve, state, opened_by, opened_at)
                values (:id, :subject, :title::jsonb, :scheme, :version, :reviewers, :short, :reserve, 'OPEN', :by, :at)
                """)
                .param("id", panel.id().value())
                .param("subject", panel.subject())
                .param("title", json.writeValueAsString(panel.title()))
                .param("scheme", panel.scheme().slug())
                .param("version", panel.scheme().version())
                .param("reviewers", panel.reviewers())
                .param("short", panel.rule().whenShort().name())
                .param("reserve", panel.rule().reserve())
                .param("by", by.value())
                .param("at", panel.opened().atOffset(ZoneOffset.UTC))
                .update();
    }

    void add(PanelId panel, Paper paper) {
        jdbc.sql("""
                insert into review.paper (id, panel, title, organisation, partners, country, topics, asked, submitted_at)
                values (:id, :panel, :title, :organisation, :partners, :country, :topics, :asked, :submitted)
                """)
                .param("id", paper.id())
                .param("panel", panel.value())
                .param("title", paper.title())
                .param("organisation", paper.organisation().value())
                .param(
                        "partners",
                        paper.partners().stream().map(OrganisationId::value).toArray(UUID[]::new))
                .param("country", paper.country())
                .param("topics", paper.topics().toArray(String[]::new))
                .param("asked", paper.asked())
                .param("submitted", paper.submitted().atOffset(ZoneOffset.UTC))
                .update();
    }

    /** Those that were not taken back, in the order in which they were submitted. */
    List<Paper> papers(PanelId panel) {
        return jdbc.sql(
                        "select * from review.paper where panel = :panel and withdrawn_at is null order by submitted_at, id")
                .param("panel", panel.value())
                .query((row, number) -> paper(row))
                .list();
    }

    /** What a paper is called, also when it was taken back. */
    record Title(UUID paper, String title, boolean isWithdrawn) {}

    List<Title> titles(PanelId panel) {
        return jdbc.sql(
                        "select id, title, withdrawn_at is not null as withdrawn from review.paper where panel = :panel")
                .param("panel", panel.value())
                .query((row, number) ->
                        new Title(row.getObject("id", UUID.class), row.getString("title"), row.getBoolean("withdrawn")))
                .list();
    }

    Optional<Paper> paper(UUID id) {
        return jdbc.sql("select * from review.paper where id = :id and withdrawn_at is null")
                .param("id", id)
                .query((row, number) -> paper(row))
                .optional();
    }

    Optional<PanelId> panelOf(UUID paper) {
        return jdbc.sql("select panel from review.paper where id = :id")
                .param("id", paper)
                .query(UUID.class)
                .optional()
                .map(PanelId::new);
    }

    void withdraw(UUID paper, Instant at) {
        jdbc.sql("update review.paper set withdrawn_at = :at where id = :id and withdrawn_at is null")
                .param("at", at.atOffset(ZoneOffset.UTC))
                .param("id", paper)
                .update();
    }

    /** Those that go on, by their papers. */
    Map<UUID, List<Assignment>> assignments(PanelId panel) {
        return jdbc.sql("""
                select assignment.* from review.assignment join review.paper on paper.id = assignment.paper
                 where paper.panel = :panel and paper.withdrawn_at is null and assignment.ended_at is null
                 order by assignment.assigned_at, assignment.id
                """).param("panel", panel.value()).query((row, number) -> assignment(row)).list().stream()
                .collect(Collectors.groupingBy(Assignment::paper));
    }

    List<Assignment> of(PersonId person) {
        return jdbc.sql("""
                select assignment.* from review.assignment join review.paper on paper.id = assignment.paper
                 where assignment.person = :person and assignment.ended_at is null and paper.withdrawn_at is null
                 order by assignment.handed_in_at nulls first, assignment.assigned_at, assignment.id
                """)
                .param("person", person.value())
                .query((row, number) -> assignment(row))
                .list();
    }

    Optional<Assignment> assignment(AssignmentId id) {
        return jdbc.sql("select * from review.assignment where id = :id and ended_at is null")
                .param("id", id.value())
                .query((row, number) -> assignment(row))
                .optional();
    }

    void assign(UUID paper, PersonId person, Message reason, @Nullable PersonId by, Instant at) {
        jdbc.sql("""
                insert into review.assignment (id, paper, person, reason, assigned_by, assigned_at)
                values (:id, :paper, :person, :reason::jsonb, :by, :at)
                on conflict do nothing
                """)
                .param("id", UUID.randomUUID())
                .param("paper", paper)
                .param("person", person.value())
                .param("reason", json.writeValueAsString(org.aifactory.web.KeptMessage.of(reason)))
                .param("by", by == null ? null : by.value(), Types.OTHER)
                .param("at", at.atOffset(ZoneOffset.UTC))
                .update();
    }

    void end(AssignmentId id, String reason, Instant at) {
        jdbc.sql("update review.assignment set ended_at = :at, end_reason = :reason where id = :id")
                .param("at", at.atOffset(ZoneOffset.UTC))
                .param("reason", reason)
                .param("id", id.value())
                .update();
    }

    void score(
            AssignmentId id, Map<String, BigDecimal> scores, Map<String, String> comments, @Nullable Instant handedIn) {
        jdbc.sql("""
                update review.assignment set version = version + 1, scores = :scores::jsonb, comments = :comments::jsonb, handed_in_at = :at
                 where id = :id
                """)
                .param("scores", json.writeValueAsString(scores))
                .param("comments", json.writeValueAsString(comments))
                .param("at", handedIn == null ? null : handedIn.atOffset(ZoneOffset.UTC), Types.TIMESTAMP_WITH_TIMEZONE)
                .param("id", id.value())
                .update();
    }

    /** What the reviewers of a paper agreed on. */
    record Consensus(UUID paper, int version, Map<String, BigDecimal> scores, String comment, Instant at) {}

    Map<UUID, Consensus> consensuses(PanelId panel) {
        Map<UUID, Consensus> all = new HashMap<>();
        jdbc.sql("""
                select consensus.* from review.consensus join review.paper on paper.id = consensus.paper where paper.panel = :panel
                """)
                .param("panel", panel.value())
                .query((row, number) -> consensus(row))
                .list()
                .forEach(one -> all.put(one.paper(), one));
        return all;
    }

    Optional<Consensus> consensus(UUID paper) {
        return jdbc.sql("select * from review.consensus where paper = :paper")
                .param("paper", paper)
                .query((row, number) -> consensus(row))
                .optional();
    }

    void agree(UUID paper, int version, Map<String, BigDecimal> scores, String comment, PersonId by, Instant at) {
        jdbc.sql("""
                insert into review.consensus (paper, version, scores, comment, recorded_by, recorded_at)
                values (:paper, :version, :scores::jsonb, :comment, :by, :at)
                on conflict (paper) do update set version = excluded.version, scores = excluded.scores, comment = excluded.comment,
                       recorded_by = excluded.recorded_by, recorded_at = excluded.recorded_at
                """)
                .param("paper", paper)
                .param("version", version)
                .param("scores", json.writeValueAsString(scores))
                .param("comment", comment)
                .param("by", by.value())
                .param("at", at.atOffset(ZoneOffset.UTC))
                .update();
    }

    /** A decision as it is kept: the texts are never changed, to the character. */
    record KeptDecision(long number, PanelId panel, String ground, String outcome, String reason, Instant at) {}

    long decide(Panel panel, String ground, String outcome, String reason, PersonId by, Instant at) {
        jdbc.sql("update review.panel set state = 'DECIDED' where id = :id")
                .param("id", panel.id().value())
                .update();
        return jdbc.sql("""
                insert into review.decision (panel, ground, outcome, reason, decided_by, decided_at)
                values (:panel, :ground, :outcome, :reason, :by, :at) returning number
                """)
                .param("panel", panel.id().value())
                .param("ground", ground)
                .param("outcome", outcome)
                .param("reason", reason)
                .param("by", by.value())
                .param("at", at.atOffset(ZoneOffset.UTC))
                .query(Long.class)
                .single();
    }

    Optional<KeptDecision> decision(PanelId panel) {
        return jdbc.sql("select * from review.decision where panel = :panel")
                .param("panel", panel.value())
                .query((row, number) -> decision(row))
                .optional();
    }

    Optional<KeptDecision> decision(long number) {
        return jdbc.sql("select * from review.decision where number = :number")
                .param("number", number)
                .query((row, at) -> decision(row))
                .optional();
    }

    private static KeptDecision decision(ResultSet row) throws SQLException {
        return new KeptDecision(
                row.getLong("number"),
                new PanelId(row.getObject("panel", UUID.class)),
                row.getString("ground"),
                row.getString("outcome"),
                row.getString("reason"),
                Columns.instant(row, "decided_at"));
    }

    private Consensus consensus(ResultSet row) throws SQLException {
        return new Consensus(
                row.getObject("paper", UUID.class),
                row.getInt("version"),
                json.readValue(row.getString("scores"), SCORES),
                row.getString("comment"),
                Columns.instant(row, "recorded_at"));
    }

    private Assignment assignment(ResultSet row) throws SQLException {
        return new Assignment(
                new AssignmentId(row.getObject("id", UUID.class)),
                row.getObject("paper", UUID.class),
                new PersonId(row.getObject("person", UUID.class)),
                json.readValue(row.getString("reason"), org.aifactory.web.KeptMessage.class)
                        .read(),
                row.getInt("version"),
                json.readValue(row.getString("scores"), SCORES),
                json.readValue(row.getString("comments"), COMMENTS),
                Columns.optionalInstant(row, "handed_in_at"));
    }

    private static Paper paper(ResultSet row) throws SQLException {
        Set<OrganisationId> partners = new HashSet<>();
        Arrays.stream((UUID[]) row.getArray("partners").getArray())
                .forEach(partner -> partners.add(new OrganisationId(partner)));
        return new Paper(
                row.getObject("id", UUID.class),
                row.getString("title"),
                new OrganisationId(row.getObject("organisation", UUID.class)),
                partners,
                row.getString("country"),
                Reviewers.texts(row.getArray("topics")),
                row.getLong("asked"),
                Columns.instant(row, "submitted_at"));
    }

    private Panel panel(ResultSet row) throws SQLException {
        return new Panel(
                new PanelId(row.getObject("id", UUID.class)),
                row.getString("subject"),
                json.readValue(row.getString("title"), Text.class),
                json.readValue(row.getString("scheme_definition"), Scheme.class),
                row.getInt("reviewers"),
                new Rule(WhenShort.valueOf(row.getString("when_short")), row.getInt("reserve")),
                PanelState.valueOf(row.getString("state")),
                Columns.instant(row, "opened_at"));
    }
}
