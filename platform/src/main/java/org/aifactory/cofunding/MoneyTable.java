package org.aifactory.cofunding;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.database.Columns;
import org.aifactory.federation.FactoryId;
import org.aifactory.identity.PersonId;
import org.aifactory.ledger.EntryId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Lines and what was booked of them, in the database. */
@Component
class MoneyTable {
    private static final String MOVEMENT = """
            select movement.*, line.factory, line.funder, line.year, line.category
              from cofunding.movement join cofunding.line on line.id = movement.line
            """;
    /** What counts: neither taken back nor the taking back. */
    private static final String COUNTS =
            " movement.undoes is null and not exists (select from cofunding.movement undoing where undoing.undoes = movement.entry) ";

    private final JdbcClient jdbc;
    private final InstantSource clock;

    MoneyTable(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** All: what is summed up is never cut off. */
    List<Line> lines(Optional<FactoryId> factory, Optional<String> funder) {
        return jdbc.sql("""
                select * from cofunding.line
                 where (:factory::uuid is null or factory = :factory) and (:funder::text is null or funder = :funder)
                 order by factory, funder, year, category
                """)
                .param("factory", factory.map(FactoryId::value).orElse(null), Types.OTHER)
                .param("funder", funder.orElse(null), Types.VARCHAR)
                .query((row, number) -> line(row, "id"))
                .list();
    }

    /** Whether it is new. */
    boolean open(Line line) {
        return jdbc.sql("""
                insert into cofunding.line (id, factory, funder, year, category) values (:id, :factory, :funder, :year, :category)
                on conflict do nothing
                """)
                        .param("id", line.id())
                        .param("factory", line.factory().value())
                        .param("funder", line.funder())
                        .param("year", line.year())
                        .param("category", line.category())
                        .update()
                == 1;
    }

    /** Whoever books on a line comes after whoever does already. */
    void lock(Line line) {
        jdbc.sql("select id from cofunding.line where id = :id for no key update")
                .param("id", line.id())
                .query(UUID.class)
                .single();
    }

    Optional<Movement> movement(EntryId entry) {
        return jdbc.sql(MOVEMENT + " where movement.entry = :entry")
                .param("entry", entry.value())
                .query((row, number) -> movement(row))
                .optional();
    }

    /** Of a factory, the latest first. */
    List<Movement> movements(FactoryId factory, int most) {
        return jdbc.sql(MOVEMENT + " where line.factory = :factory order by movement.number desc limit :most")
                .param("factory", factory.value())
                .param("most", most)
                .query((row, number) -> movement(row))
                .list();
    }

    boolean isTakenBack(EntryId entry) {
        return jdbc.sql("select exists (select from cofunding.movement where undoes = :entry)")
                .param("entry", entry.value())
                .query(Boolean.class)
                .single();
    }

    /** What has come of an instalment. */
    long received(EntryId instalment) {
        return jdbc.sql(
                        "select coalesce(sum(cents), 0)::bigint from cofunding.movement where instalment = :instalment and"
                                + COUNTS)
                .param("instalment", instalment.value())
                .query(Long.class)
                .single();
    }

    /**
     * An instalment of which something has not come.
     *
     * @param cents of it
     * @param left of these, what has not come
     */
    record Open(EntryId instalment, Line line, LocalDate due, long cents, long left) {
        boolean isLate(LocalDate today) {
            return due.isBefore(today);
        }
    }

    /** The first to be paid first; all of them. */
    List<Open> open(Optional<FactoryId> factory, Optional<String> funder) {
        return jdbc.sql("""
                select * from (
                    select movement.entry, movement.due, movement.cents, line.id, line.factory, line.funder, line.year, line.category,
                           movement.cents - coalesce((
                               select sum(receipt.cents) from cofunding.movement receipt
                                where receipt.instalment = movement.entry
                                  and not exists (select from cofunding.movement undoing where undoing.undoes = receipt.entry)), 0) as remains
                      from cofunding.movement join cofunding.line on line.id = movement.line
                     where movement.kind = 'INSTALMENT' and
                """ + COUNTS + """
                       and (:factory::uuid is null or line.factory = :factory) and (:funder::text is null or line.funder = :funder)
                ) as instalment where remains > 0 order by due, entry
                """)
                .param("factory", factory.map(FactoryId::value).orElse(null), Types.OTHER)
                .param("funder", funder.orElse(null), Types.VARCHAR)
                .query((row, number) -> new Open(
                        new EntryId(row.getObject("entry", UUID.class)),
                        line(row, "id"),
                        row.getObject("due", LocalDate.class),
                        row.getLong("cents"),
                        row.getLong("remains")))
                .list();
    }

    /** By line, what is late. */
    Map<UUID, Long> late(LocalDate today, Optional<FactoryId> factory, Optional<String> funder) {
        Map<UUID, Long> late = new HashMap<>();
        open(factory, funder).stream()
                .filter(open -> open.isLate(today))
                .forEach(open -> late.merge(open.line().id(), open.left(), Math::addExact));
        return late;
    }

    void write(Movement movement, PersonId by) {
        jdbc.sql("""
                insert into cofunding.movement (entry, line, kind, day, due, instalment, cents, reason, undoes, entered_by, entered_at)
                values (:entry, :line, :kind, :day, :due, :instalment, :cents, :reason, :undoes, :by, :now)
                """)
                .param("entry", movement.entry().value())
                .param("line", movement.line().id())
                .param("kind", movement.kind().name())
                .param("day", movement.day())
                .param("due", movement.due().orElse(null), Types.DATE)
                .param("instalment", movement.instalment().map(EntryId::value).orElse(null), Types.OTHER)
                .param("cents", movement.cents())
                .param("reason", movement.reason())
                .param("undoes", movement.undoes().map(EntryId::value).orElse(null), Types.OTHER)
                .param("by", by.value())
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .update();
    }

    private static Movement movement(ResultSet row) throws SQLException {
        return new Movement(
                new EntryId(row.getObject("entry", UUID.class)),
                row.getLong("number"),
                line(row, "line"),
                Movement.Kind.valueOf(row.getString("kind")),
                row.getObject("day", LocalDate.class),
                Optional.ofNullable(row.getObject("due", LocalDate.class)),
                Columns.optionalUuid(row, "instalment").map(EntryId::new),
                row.getLong("cents"),
                row.getString("reason"),
                Columns.optionalUuid(row, "undoes").map(EntryId::new));
    }

    private static Line line(ResultSet row, String id) throws SQLException {
        return new Line(
                row.getObject(id, UUID.class),
                new FactoryId(row.getObject("factory", UUID.class)),
                row.getString("funder"),
                row.getInt("year"),
                row.getString("category"));
    }
}
