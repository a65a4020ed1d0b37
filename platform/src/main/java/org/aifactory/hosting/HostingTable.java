package org.aifactory.hosting;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.database.Columns;
import org.aifactory.facts.Mark;
import org.aifactory.federation.FactoryId;
import org.aifactory.hosting.Hosting.Place;
import org.aifactory.identity.PersonId;
import org.aifactory.programme.ProposalId;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Component;

/** Factories of the programme as they lie in the database. */
@Component
class HostingTable {
    private final JdbcClient jdbc;

    HostingTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Optional<Hosting> find(FactoryId factory) {
        return jdbc.sql("select * from hosting.hosting where factory = :factory")
                .param("factory", factory.value())
                .query((row, number) -> hosting(row))
                .optional();
    }

    /** The same, locked until the transaction ends. */
    Optional<Hosting> lock(FactoryId factory) {
        return jdbc.sql("select * from hosting.hosting where factory = :factory for no key update")
                .param("factory", factory.value())
                .query((row, number) -> hosting(row))
                .optional();
    }

    Optional<Hosting> of(ProposalId proposal) {
        return jdbc.sql("select * from hosting.hosting where proposal = :proposal")
                .param("proposal", proposal.value())
                .query((row, number) -> hosting(row))
                .optional();
    }

    List<Hosting> all() {
        return jdbc.sql("select * from hosting.hosting order by made_at, factory")
                .query((row, number) -> hosting(row))
                .list();
    }

    /**
     * With all milestones open.
     *
     * @return false where the factory, or the proposal, has one already
     */
    boolean add(Hosting hosting, @Nullable PersonId by, Instant at) {
        int added = jdbc.sql("""
                insert into hosting.hosting (factory, proposal, version, imported, made_by, made_at)
                values (:factory, :proposal, :version, :imported, :by, :at) on conflict do nothing
                """)
                .param("factory", hosting.factory().value())
                .param("proposal", hosting.proposal().value())
                .param("version", hosting.version())
                .param("imported", hosting.isImported())
                .param("by", by == null ? null : by.value(), Types.OTHER)
                .param("at", at.atOffset(ZoneOffset.UTC))
                .update();
        if (added == 1) {
            for (Step step : Step.values()) {
                jdbc.sql("insert into hosting.milestone (factory, step) values (:factory, :step)")
                        .param("factory", hosting.factory().value())
                        .param("step", step.name())
                        .update();
            }
        }
        return added == 1;
    }

    void countChange(FactoryId factory) {
        jdbc.sql("update hosting.hosting set version = version + 1 where factory = :factory")
                .param("factory", factory.value())
                .update();
    }

    void place(FactoryId factory, Place place) {
        jdbc.sql("""
                update hosting.hosting set latitude = :latitude, longitude = :longitude, place_sources = :sources where factory = :factory
                """)
                .param("latitude", place.latitude())
                .param("longitude", place.longitude())
                .param("sources", array(place.sources()))
                .param("factory", factory.value())
                .update();
    }

    /** In the order of their days. */
    List<Agreement> agreements(FactoryId factory) {
        return agreements(jdbc.sql("""
                select agreement.from_day, agreement.reason, share.participant, share.role, share.part, share.whole, share.mark, share.sources
                  from hosting.agreement join hosting.share using (factory, from_day)
                 where factory = :factory order by from_day
                """).param("factory", factory.value()));
    }

    private static List<Agreement> agreements(JdbcClient.StatementSpec query) {
        Map<LocalDate, List<Share>> shares = new LinkedHashMap<>();
        Map<LocalDate, String> reasons = new LinkedHashMap<>();
        query.query((ResultSet row) -> {
            LocalDate from = row.getObject("from_day", LocalDate.class);
            shares.computeIfAbsent(from, day -> new ArrayList<>()).add(share(row));
            reasons.put(from, row.getString("reason"));
        });
        return shares.entrySet().stream()
                .map(each -> new Agreement(each.getKey(), each.getValue(), reasons.getOrDefault(each.getKey(), "")))
                .toList();
    }

    /** Whether a person has entered an agreement, or taken one back. */
    boolean isAgreedByHand(FactoryId factory) {
        return jdbc.sql("""
                select exists (select from hosting.agreement where factory = :factory and entered_by is not null)
                    or exists (select from hosting.change where factory = :factory and kind = 'TAKEN_BACK')
                """)
                .param("factory", factory.value())
                .query(Boolean.class)
                .single();
    }

    /** Of the agreement that holds on a day; none where none does yet. */
    List<Share> shares(FactoryId factory, LocalDate day) {
        List<Share> shares = jdbc.sql("""
                select * from hosting.share
                 where factory = :factory
                   and from_day = (select max(from_day) from hosting.agreement where factory = :factory and from_day <= :day)
                """)
                .param("factory", factory.value())
                .param("day", day)
                .query((row, number) -> share(row))
                .list();
        return shares.stream().sorted(Share.IN_ORDER).toList();
    }

    void agree(FactoryId factory, Agreement agreement, @Nullable PersonId by, Instant at) {
        jdbc.sql("""
                insert into hosting.agreement (factory, from_day, reason, entered_by, entered_at)
                values (:factory, :from, :reason, :by, :at)
                """)
                .param("factory", factory.value())
                .param("from", agreement.from())
                .param("reason", agreement.reason())
                .param("by", by == null ? null : by.value(), Types.OTHER)
                .param("at", at.atOffset(ZoneOffset.UTC))
                .update();
        for (Share share : agreement.shares()) {
            jdbc.sql("""
                    insert into hosting.share (factory, from_day, participant, role, part, whole, mark, sources)
                    values (:factory, :from, :participant, :role, :part, :whole, :mark, :sources)
                    """)
                    .param("factory", factory.value())
                    .param("from", agreement.from())
                    .param("participant", share.participant())
                    .param("role", share.role().name())
                    .param("part", share.part().map(Ratio::part).orElse(null), Types.BIGINT)
                    .param("whole", share.part().map(Ratio::whole).orElse(null), Types.BIGINT)
                    .param("mark", share.mark().map(Mark::name).orElse(null), Types.VARCHAR)
                    .param("sources", array(share.sources()))
                    .update();
        }
    }

    void takeBack(FactoryId factory, LocalDate from) {
        jdbc.sql("delete from hosting.agreement where factory = :factory and from_day = :from")
                .param("factory", factory.value())
                .param("from", from)
                .update();
    }

    /** One for each step, in order. */
    List<Milestone> milestones(FactoryId factory) {
        List<Milestone> known = jdbc.sql("select * from hosting.milestone where factory = :factory")
                .param("factory", factory.value())
                .query((row, number) -> milestone(row))
                .list();
        return Arrays.stream(Step.values())
                .map(step -> known.stream()
                        .filter(milestone -> milestone.step() == step)
                        .findFirst()
                        .orElseGet(() -> Milestone.open(step)))
                .toList();
    }

    /**
     * Writes the dates of a step.
     *
     * @param by null where a file tells them: what a person entered stays then
     */
    boolean set(FactoryId factory, Milestone milestone, @Nullable PersonId by) {
        return jdbc.sql("""
                update hosting.milestone set planned = :planned, reached = :reached, mark = :mark, sources = :sources, entered_by = :by
                 where factory = :factory and step = :step and (entered_by is null or :isPerson)
                """)
                        .param("planned", milestone.planned().orElse(null), Types.DATE)
                        .param("reached", milestone.reached().orElse(null), Types.DATE)
                        .param("mark", milestone.mark().map(Mark::name).orElse(null), Types.VARCHAR)
                        .param("sources", array(milestone.sources()))
                        .param("by", by == null ? null : by.value(), Types.OTHER)
                        .param("isPerson", by != null)
                        .param("factory", factory.value())
                        .param("step", milestone.step().name())
                        .update()
                == 1;
    }

    void note(FactoryId factory, Change change) {
        jdbc.sql("""
                insert into hosting.change (factory, at, kind, step, before, day, reason)
                values (:factory, :at, :kind, :step, :before, :day, :reason)
                """)
                .param("factory", factory.value())
                .param("at", change.at().atOffset(ZoneOffset.UTC))
                .param("kind", change.kind().name())
                .param("step", change.step().map(Step::name).orElse(null), Types.VARCHAR)
                .param("before", change.before().orElse(null), Types.DATE)
                .param("day", change.day().orElse(null), Types.DATE)
                .param("reason", change.reason())
                .update();
    }

    /** The latest first. */
    List<Change> changes(FactoryId factory, int most) {
        return jdbc.sql("select * from hosting.change where factory = :factory order by number desc limit :most")
                .param("factory", factory.value())
                .param("most", most)
                .query((row, number) -> new Change(
                        Columns.instant(row, "at"),
                        Change.Kind.valueOf(row.getString("kind")),
                        Optional.ofNullable(row.getString("step")).map(Step::valueOf),
                        Optional.ofNullable(row.getObject("before", LocalDate.class)),
                        Optional.ofNullable(row.getObject("day", LocalDate.class)),
                        row.getString("reason")))
                .list();
    }

    private static Hosting hosting(ResultSet row) throws SQLException {
        double latitude = row.getDouble("latitude");
        Optional<Place> place = row.wasNull()
                ? Optional.empty()
                : Optional.of(new Place(latitude, row.getDouble("longitude"), texts(row, "place_sources")));
        return new Hosting(
                new FactoryId(row.getObject("factory", UUID.class)),
                new ProposalId(row.getObject("proposal", UUID.class)),
                row.getInt("version"),
                place,
                row.getBoolean("imported"));
    }

    private static Share share(ResultSet row) throws SQLException {
        long part = row.getLong("part");
        Optional<Ratio> ratio = row.wasNull() ? Optional.empty() : Optional.of(new Ratio(part, row.getLong("whole")));
        return new Share(
                row.getString("participant"),
                Role.valueOf(row.getString("role")),
                ratio,
                Optional.ofNullable(row.getString("mark")).map(Mark::valueOf),
                texts(row, "sources"));
    }

    private static Milestone milestone(ResultSet row) throws SQLException {
        return new Milestone(
                Step.valueOf(row.getString("step")),
                Optional.ofNullable(row.getObject("planned", LocalDate.class)),
                Optional.ofNullable(row.getObject("reached", LocalDate.class)),
                Optional.ofNullable(row.getString("mark")).map(Mark::valueOf),
                texts(row, "sources"));
    }

    private static SqlArrayValue array(List<String> texts) {
        return new SqlArrayValue("text", texts.toArray());
    }

    private static List<String> texts(ResultSet row, String column) throws SQLException {
        return Arrays.asList((String[]) row.getArray(column).getArray());
    }
}
