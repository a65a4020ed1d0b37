package org.aifactory.observatory;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.aifactory.facts.Mark;
import org.aifactory.facts.Sources;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.identity.PersonId;
import org.aifactory.web.Problem;
import org.aifactory.web.Problem.FieldFault;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** What a euro was worth on which day: from the European Central Bank's files, or entered by hand with a source. */
@Service
class Rates {
    private static final int MOST_SOURCES = 10;
    private static final int LONGEST_SOURCE = 1000;

    private final JdbcClient jdbc;
    private final InstantSource clock;
    private final AuditTrail audit;

    Rates(JdbcClient jdbc, InstantSource clock, AuditTrail audit) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.audit = audit;
    }

    /**
     * A rate as somebody enters it by hand.
     *
     * @param perEuro units of the currency for one euro
     */
    record RateForm(
            @Nullable LocalDate day,
            @Nullable String currency,
            @Nullable BigDecimal perEuro,
            @Nullable Mark mark,
            @Nullable List<String> sources) {}

    /** @param changed how many rates were not known before, or otherwise */
    record Imported(int rates, int changed, LocalDate from, LocalDate until) {}

    LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    /** Of each currency the rate of the day, or the latest before it. */
    Exchange on(LocalDate day) {
        return new Exchange(jdbc.sql("""
                select distinct on (currency) * from observatory.rate where day <= :day order by currency, day desc
                """)
                .param("day", day)
                .query((row, number) -> rate(row))
                .list());
    }

    /** @throws Problem at each field that is wrong */
    @Transactional
    Rate enter(Actor actor, RateForm form) {
        Initiatives.requireMayKeep(actor);
        Rate rate = checked(form);
        write(List.of(rate), true);
        audit.record(
                actor.person(),
                null,
                "rate.entered",
                "rate " + rate.currency() + " " + rate.day(),
                Map.of("perEuro", rate.perEuro()));
        return rate;
    }

    /**
     * Enters all rates of a file of the European Central Bank, or none. The same file again changes nothing.
     *
     * @throws Problem when the file is not in one of its forms
     */
    @Transactional
    Imported imported(Actor actor, byte[] file) {
        Initiatives.requireMayKeep(actor);
        return importAll(actor.person(), file);
    }

    /** The platform does so by itself when it is set up. */
    @Transactional
    Imported imported(byte[] file) {
        return importAll(null, file);
    }

    private Imported importAll(@Nullable PersonId by, byte[] file) {
        List<Rate> rates = RateFile.read(file, today());
        Imported done = new Imported(
                rates.size(),
                write(rates, false),
                rates.stream().map(Rate::day).min(LocalDate::compareTo).orElseThrow(),
                rates.stream().map(Rate::day).max(LocalDate::compareTo).orElseThrow());
        if (done.changed() > 0) {
            audit.record(
                    by,
                    null,
                    "rates.imported",
                    "rates " + done.from() + " " + done.until(),
                    Map.of("rates", done.rates(), "changed", done.changed()));
        }
        return done;
    }

    /** Enters what a file of ours tells; what somebody has entered since stays. */
    @Transactional
    void enter(Rate rate) {
        boolean isNew = jdbc.sql("""
                insert into observatory.rate (day, currency, per_euro, mark, sources, by_hand)
                values (:day, :currency, :rate, :mark, :sources, true) on conflict do nothing
                """)
                        .param("day", rate.day())
                        .param("currency", rate.currency())
                        .param("rate", rate.perEuro())
                        .param("mark", rate.mark().name())
                        .param("sources", array(rate.sources()))
                        .update()
                == 1;
        if (isNew) {
            audit.record(
                    null,
                    null,
                    "rate.entered",
                    "rate " + rate.currency() + " " + rate.day(),
                    Map.of("perEuro", rate.perEuro()));
        }
    }

    /** In one statement, however many. */
    private int write(List<Rate> rates, boolean byHand) {
        return jdbc.sql("""
                insert into observatory.rate (day, currency, per_euro, mark, sources, by_hand)
                select distinct on (day, currency) day, currency, per_euro, :mark, :sources, :by_hand
                  from unnest(:days::date[], :currencies::text[], :rates::numeric[]) as given (day, currency, per_euro)
                 order by day, currency
                on conflict (day, currency) do update
                   set per_euro = excluded.per_euro, mark = excluded.mark, sources = excluded.sources, by_hand = excluded.by_hand
                 where rate.per_euro <> excluded.per_euro or rate.sources <> excluded.sources
                """)
                .param("mark", rates.getFirst().mark().name())
                .param("sources", array(rates.getFirst().sources()))
                .param("by_hand", byHand)
                .param(
                        "days",
                        array(rates.stream().map(rate -> rate.day().toString()).toList()))
                .param("currencies", array(rates.stream().map(Rate::currency).toList()))
                .param(
                        "rates",
                        array(rates.stream()
                                .map(rate -> rate.perEuro().toPlainString())
                                .toList()))
                .update();
    }

    private static SqlArrayValue array(List<String> texts) {
        return new SqlArrayValue("text", texts.toArray());
    }

    private Rate checked(RateForm form) {
        List<FieldFault> faults = new ArrayList<>();
        LocalDate day = form.day();
        if (day == null || day.isAfter(today()) || day.getYear() < 1999) {
            faults.add(FieldFault.of("day", "observatory.fault.day"));
        }
        String currency = form.currency();
        if (currency == null || currency.equals(Rate.EURO) || !InitiativeCheck.isCurrency(currency)) {
            faults.add(FieldFault.of("currency", "observatory.fault.rate-currency"));
        }
        BigDecimal perEuro = form.perEuro();
        if (perEuro == null || !Rate.isSane(perEuro)) {
            faults.add(FieldFault.of("perEuro", "observatory.fault.rate"));
        }
        Mark mark = form.mark();
        if (mark == null || mark == Mark.UNVERIFIED) {
            faults.add(FieldFault.of("mark", "observatory.fault.rate-mark"));
        }
        List<String> sources = InitiativeForm.each(form.sources()).stream()
                .filter(source -> source != null && !source.isBlank())
                .map(String::strip)
                .toList();
        if (sources.stream().noneMatch(Sources::isAddress)) {
            faults.add(FieldFault.of("sources", "observatory.fault.no-address"));
        } else if (sources.size() > MOST_SOURCES || !sources.stream().allMatch(Rates::isReadable)) {
            faults.add(FieldFault.of("sources", "observatory.fault.source"));
        }
        if (!faults.isEmpty() || day == null || currency == null || perEuro == null || mark == null) {
            throw Problem.invalid(faults);
        }
        return new Rate(day, currency, perEuro, mark, sources);
    }

    private static boolean isReadable(String source) {
        return source.length() <= LONGEST_SOURCE
                && source.indexOf('\0') < 0
                && (!Sources.isAddress(source) || InitiativeCheck.isSafeAddress(source));
    }

    private static Rate rate(ResultSet row) throws SQLException {
        return new Rate(
                row.getObject("day", LocalDate.class),
                row.getString("currency"),
                row.getBigDecimal("per_euro"),
                Mark.valueOf(row.getString("mark")),
                Arrays.asList((String[]) row.getArray("sources").getArray()));
    }
}
