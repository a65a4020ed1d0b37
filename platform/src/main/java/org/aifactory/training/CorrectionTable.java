package org.aifactory.training;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.database.Columns;
import org.aifactory.federation.MachineId;
import org.aifactory.ledger.EntryId;
import org.aifactory.training.UsageCorrection.Side;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Component;

/** Corrections in the database. They are only ever added. */
@Component
class CorrectionTable {
    private final JdbcClient jdbc;

    CorrectionTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** What an entry of the ledger gave for an attempt and was not taken back. */
    record Given(EntryId entry, long left) {}

    /** What an entry of a correction moved. */
    record Moved(EntryId entry, Side side, long amount, Optional<EntryId> concerns) {}

    /** What reading the books of a machine came to. */
    record Reading(Instant at, int compared, int corrected, int unknown) {}

    /** How often an attempt was corrected. */
    int count(Attempt attempt) {
        return jdbc.sql("select count(*) from training.correction where run = :run and attempt = :attempt")
                .param("run", attempt.run().value())
                .param("attempt", attempt.number())
                .query(Integer.class)
                .single();
    }

    /** All that gave something for an attempt on one side, the latest first: its corrections, and what settled it. */
    List<Given> given(Attempt attempt, Side side) {
        List<Given> given = new ArrayList<>(jdbc.sql("""
                select entry, amount from training.correction_entry join training.correction on correction.id = correction
                 where run = :run and attempt = :attempt and side = :side and amount > 0 order by number desc
                """)
                .param("run", attempt.run().value())
                .param("attempt", attempt.number())
                .param("side", side.name())
                .query((row, number) ->
                        new Given(new EntryId(row.getObject("entry", UUID.class)), row.getLong("amount")))
                .list());
        given.add(settled(attempt, side));
        Map<EntryId, Long> takenBack = takenBack(attempt, side);
        return given.stream()
                .map(each -> new Given(each.entry(), each.left() - takenBack.getOrDefault(each.entry(), 0L)))
                .filter(each -> each.left() > 0)
                .toList();
    }

    /** As it was at first. */
    private Given settled(Attempt attempt, Side side) {
        String column = switch (side) {
            case CHARGED -> "charged";
            case SITE -> "site";
            case EURO -> "cents";
        };
        long amount = jdbc.sql(
                        "select charged, site, cents from training.attempt where run = :run and number = :number")
                .param("run", attempt.run().value())
                .param("number", attempt.number())
                .query((row, number) -> row.getLong(column))
                .single();
        return new Given(
                switch (side) {
                    case CHARGED -> attempt.settlement();
                    case SITE -> attempt.correction();
                    case EURO -> attempt.euroCharge();
                },
                amount);
    }

    private Map<EntryId, Long> takenBack(Attempt attempt, Side side) {
        Map<EntryId, Long> takenBack = new HashMap<>();
        jdbc.sql("""
                select concerns, amount from training.correction_entry join training.correction on correction.id = correction
                 where run = :run and attempt = :attempt and side = :side and amount < 0
                """)
                .param("run", attempt.run().value())
                .param("attempt", attempt.number())
                .param("side", side.name())
                .query(row -> {
                    takenBack.merge(
                            new EntryId(row.getObject("concerns", UUID.class)), -row.getLong("amount"), Long::sum);
                });
        return takenBack;
    }

    void add(UsageCorrection correction, List<Moved> moved) {
        jdbc.sql("""
                insert into training.correction (id, run, attempt, number, machine, at, used_before, used, charged_before, charged,
                       site_before, site)
                values (:id, :run, :attempt, :number, :machine, :at, :usedBefore, :used, :chargedBefore, :charged, :siteBefore, :site)
                """)
                .param("id", correction.id())
                .param("run", correction.run().value())
                .param("attempt", correction.attempt())
                .param("number", correction.number())
                .param("machine", correction.machine().value())
                .param("at", RunTable.at(correction.at()))
                .param("usedBefore", correction.before().used())
                .param("used", correction.after().used())
                .param("chargedBefore", correction.before().charged())
                .param("charged", correction.after().charged())
                .param("siteBefore", correction.before().site())
                .param("site", correction.after().site())
                .update();
        moved.forEach(each -> add(correction, each));
        correct(correction);
        moved.stream()
                .filter(each -> each.side() == Side.EURO)
                .mapToLong(Moved::amount)
                .forEach(cents -> owe(correction, cents));
    }

    private void owe(UsageCorrection correction, long more) {
        jdbc.sql("""
                update training.attempt set corrected_cents = coalesce(corrected_cents, cents, 0) + :more
                 where run = :run and number = :attempt
                """)
                .param("run", correction.run().value())
                .param("attempt", correction.attempt())
                .param("more", more)
                .update();
    }

    private void add(UsageCorrection correction, Moved moved) {
        jdbc.sql("""
                insert into training.correction_entry (entry, correction, side, amount, concerns)
                values (:entry, :correction, :side, :amount, :concerns)
                """)
                .param("entry", moved.entry().value())
                .param("correction", correction.id())
                .param("side", moved.side().name())
                .param("amount", moved.amount())
                .param("concerns", moved.concerns().map(EntryId::value).orElse(null), java.sql.Types.OTHER)
                .update();
    }

    private void correct(UsageCorrection correction) {
        jdbc.sql("""
                update training.attempt set corrected_used = :used, corrected_charged = :charged, corrected_site = :site
                 where run = :run and number = :attempt
                """)
                .param("run", correction.run().value())
                .param("attempt", correction.attempt())
                .param("used", correction.after().used())
                .param("charged", correction.after().charged())
                .param("site", correction.after().site())
                .update();
        jdbc.sql("update training.run set charged = charged + :more where id = :run")
                .param("run", correction.run().value())
                .param(
                        "more",
                        correction.after().charged() - correction.before().charged())
                .update();
    }

    /** Of those of these entries that belong to corrections. */
    Map<EntryId, UsageCorrection> of(Collection<EntryId> entries) {
        Map<EntryId, UsageCorrection> corrections = new HashMap<>();
        jdbc.sql("""
                select entry, correction.* from training.correction_entry join training.correction on correction.id = correction
                 where entry = any(:entries)
                """)
                .param(
                        "entries",
                        new SqlArrayValue(
                                "uuid", entries.stream().map(EntryId::value).toArray()))
                .query(row -> {
                    corrections.put(new EntryId(row.getObject("entry", UUID.class)), correction(row));
                });
        return corrections;
    }

    /** The latest first. */
    List<UsageCorrection> of(MachineId machine, int most) {
        return jdbc.sql("""
                select * from training.correction where machine = :machine order by at desc, run, attempt, number limit :most
                """)
                .param("machine", machine.value())
                .param("most", most)
                .query((row, number) -> correction(row))
                .list();
    }

    void read(MachineId machine, Reading reading) {
        jdbc.sql("""
                insert into training.reconciliation (machine, at, compared, corrected, unknown)
                values (:machine, :at, :compared, :corrected, :unknown) on conflict do nothing
                """)
                .param("machine", machine.value())
                .param("at", RunTable.at(reading.at()))
                .param("compared", reading.compared())
                .param("corrected", reading.corrected())
                .param("unknown", reading.unknown())
                .update();
    }

    Optional<Reading> lastReading(MachineId machine) {
        return jdbc.sql("select * from training.reconciliation where machine = :machine order by at desc limit 1")
                .param("machine", machine.value())
                .query((row, number) -> new Reading(
                        Columns.instant(row, "at"),
                        row.getInt("compared"),
                        row.getInt("corrected"),
                        row.getInt("unknown")))
                .optional();
    }

    private static UsageCorrection correction(ResultSet row) throws SQLException {
        return new UsageCorrection(
                new RunId(row.getObject("run", UUID.class)),
                row.getInt("attempt"),
                row.getInt("number"),
                new MachineId(row.getObject("machine", UUID.class)),
                Columns.instant(row, "at"),
                new Charge(row.getLong("used_before"), row.getLong("charged_before"), row.getLong("site_before")),
                new Charge(row.getLong("used"), row.getLong("charged"), row.getLong("site")));
    }
}
