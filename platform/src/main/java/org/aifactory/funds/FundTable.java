package org.aifactory.funds;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.database.Columns;
import org.aifactory.facts.Mark;
import org.aifactory.funds.Fund.Accounts;
import org.aifactory.identity.PersonId;
import org.aifactory.ledger.AccountId;
import org.aifactory.ledger.EntryId;
import org.aifactory.web.Message;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Component;

/** Funds, what was told of them and what was booked, in the database. */
@Component
class FundTable {
    private static final int MOST = 500;
    private static final int MOST_MOVEMENTS = 2000;

    private final JdbcClient jdbc;
    private final InstantSource clock;

    FundTable(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    List<Fund> all() {
        return jdbc.sql("select * from funds.fund order by country, name, slug limit :most")
                .param("most", MOST)
                .query((row, number) -> fund(row))
                .list();
    }

    Optional<Fund> find(String slug) {
        return jdbc.sql("select * from funds.fund where slug = :slug")
                .param("slug", slug)
                .query((row, number) -> fund(row))
                .optional();
    }

    /** Whoever moves money of a fund comes after whoever does already. */
    void lock(String slug) {
        jdbc.sql("select slug from funds.fund where slug = :slug for update")
                .param("slug", slug)
                .query(String.class)
                .single();
    }

    /** Whether it was not there; what it says of itself is brought up to date otherwise, its accounts and its nature stay. */
    boolean write(Fund fund, String nameKo, String noteKo) {
        return jdbc.sql("""
                insert into funds.fund (slug, name, name_ko, country, manager, nature, announced, mark, sources, note, note_ko, initiative,
                       outside, public_money, private_money, cash, invested)
                values (:slug, :name, :name_ko, :country, :manager, :nature, :announced, :mark, :sources, :note, :note_ko, :initiative,
                       :outside, :public, :private, :cash, :invested)
                on conflict (slug) do update
                   set name = excluded.name, name_ko = excluded.name_ko, country = excluded.country, manager = excluded.manager,
                       announced = excluded.announced, mark = excluded.mark, sources = excluded.sources, note = excluded.note,
                       note_ko = excluded.note_ko, initiative = excluded.initiative
                returning xmax = 0
                """)
                .param("slug", fund.slug())
                .param("name", fund.name().inEnglish())
                .param("name_ko", nameKo)
                .param("country", fund.country())
                .param("manager", fund.manager())
                .param("nature", fund.nature().name())
                .param("announced", fund.announced())
                .param("mark", fund.mark().name())
                .param("sources", array(fund.sources()))
                .param("note", fund.note().inEnglish())
                .param("note_ko", noteKo)
                .param("initiative", fund.initiative().orElse(null), Types.VARCHAR)
                .param("outside", fund.accounts().outside().value())
                .param("public", fund.accounts().publicMoney().value())
                .param("private", fund.accounts().privateMoney().value())
                .param("cash", fund.accounts().cash().value())
                .param("invested", fund.accounts().invested().value())
                .query(Boolean.class)
                .single();
    }

    List<Target> targets(String fund) {
        return jdbc.sql("select * from funds.target where fund = :fund order by number")
                .param("fund", fund)
                .query((row, number) -> new Target(
                        row.getString("who"),
                        Payer.valueOf(row.getString("payer")),
                        Standing.valueOf(row.getString("standing")),
                        row.getLong("cents"),
                        Mark.valueOf(row.getString("mark")),
                        texts(row, "sources"),
                        Message.inEach(row.getString("note"), row.getString("note_ko"))))
                .list();
    }

    void replaceTargets(String fund, List<Target> targets, List<String> notesKo) {
        jdbc.sql("delete from funds.target where fund = :fund")
                .param("fund", fund)
                .update();
        for (int number = 0; number < targets.size(); number++) {
            Target target = targets.get(number);
            jdbc.sql("""
                    insert into funds.target (fund, number, who, payer, standing, cents, mark, sources, note, note_ko)
                    values (:fund, :number, :who, :payer, :standing, :cents, :mark, :sources, :note, :note_ko)
                    """)
                    .param("fund", fund)
                    .param("number", number)
                    .param("who", target.who())
                    .param("payer", target.payer().name())
                    .param("standing", target.standing().name())
                    .param("cents", target.cents())
                    .param("mark", target.mark().name())
                    .param("sources", array(target.sources()))
                    .param("note", target.note().inEnglish())
                    .param("note_ko", notesKo.get(number))
                    .update();
        }
    }

    /** The latest first. */
    List<Movement> movements(String fund) {
        return jdbc.sql("select * from funds.movement where fund = :fund order by number desc limit :most")
                .param("fund", fund)
                .param("most", MOST_MOVEMENTS)
                .query((row, number) -> movement(row))
                .list();
    }

    Optional<Movement> movement(String fund, EntryId entry) {
        return jdbc.sql("select * from funds.movement where fund = :fund and entry = :entry")
                .param("fund", fund)
                .param("entry", entry.value())
                .query((row, number) -> movement(row))
                .optional();
    }

    int latestClosing(String fund) {
        return jdbc.sql("select coalesce(max(closing), 0) from funds.movement where fund = :fund")
                .param("fund", fund)
                .query(Integer.class)
                .single();
    }

    void write(String fund, Movement movement, @Nullable PersonId by) {
        jdbc.sql("""
                insert into funds.movement (entry, fund, kind, payer, who, closing, day, cents, sources, reason, undoes, entered_by, entered_at)
                values (:entry, :fund, :kind, :payer, :who, :closing, :day, :cents, :sources, :reason, :undoes, :by, :now)
                on conflict (entry) do nothing
                """)
                .param("entry", movement.entry().value())
                .param("fund", fund)
                .param("kind", movement.kind().name())
                .param("payer", movement.payer().map(Payer::name).orElse(null), Types.VARCHAR)
                .param("who", movement.who())
                .param("closing", movement.closing().orElse(null), Types.INTEGER)
                .param("day", movement.day())
                .param("cents", movement.cents())
                .param("sources", array(movement.sources()))
                .param("reason", movement.reason())
                .param("undoes", movement.undoes().map(EntryId::value).orElse(null), Types.OTHER)
                .param("by", by == null ? null : by.value(), Types.OTHER)
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .update();
    }

    private static Movement movement(ResultSet row) throws SQLException {
        return new Movement(
                new EntryId(row.getObject("entry", UUID.class)),
                row.getLong("number"),
                Movement.Kind.valueOf(row.getString("kind")),
                Optional.ofNullable(row.getString("payer")).map(Payer::valueOf),
                row.getString("who"),
                Optional.ofNullable(row.getObject("closing", Integer.class)),
                row.getObject("day", LocalDate.class),
                row.getLong("cents"),
                texts(row, "sources"),
                row.getString("reason"),
                Columns.optionalUuid(row, "undoes").map(EntryId::new));
    }

    private static Fund fund(ResultSet row) throws SQLException {
        return new Fund(
                row.getString("slug"),
                Message.inEach(row.getString("name"), row.getString("name_ko")),
                row.getString("country"),
                row.getString("manager"),
                Nature.valueOf(row.getString("nature")),
                row.getObject("announced", LocalDate.class),
                Mark.valueOf(row.getString("mark")),
                texts(row, "sources"),
                Message.inEach(row.getString("note"), row.getString("note_ko")),
                Optional.ofNullable(row.getString("initiative")),
                new Accounts(
                        account(row, "outside"),
                        account(row, "public_money"),
                        account(row, "private_money"),
                        account(row, "cash"),
                        account(row, "invested")));
    }

    private static AccountId account(ResultSet row, String column) throws SQLException {
        return new AccountId(row.getObject(column, UUID.class));
    }

    private static List<String> texts(ResultSet row, String column) throws SQLException {
        return Arrays.asList((String[]) row.getArray(column).getArray());
    }

    private static SqlArrayValue array(List<String> texts) {
        return new SqlArrayValue("text", texts.toArray());
    }
}
