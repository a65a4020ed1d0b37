package org.aifactory.access;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.aifactory.access.Policy.CutOffs;
import org.aifactory.access.Policy.Promise;

/**
 * Counts days as Regulation (EEC, Euratom) 1182/71, Article 3, does: the day on which something happens does not count, and a period ends
 * with the last hour of its last day, or of the next working day where that is none.
 */
final class WorkingDays {
    private static final LocalTime LAST_SECOND = LocalTime.of(23, 59, 59);
    /** Where every day is a holiday, nothing is promised for ever. */
    private static final int LONGEST_LOOK = 3660;

    private final ZoneId zone;
    private final Set<DayOfWeek> weekend;
    private final Set<LocalDate> days = new HashSet<>();
    private final Set<MonthDay> everyYear = new HashSet<>();

    private WorkingDays(Policy policy) {
        zone = policy.zone();
        weekend = policy.calendar().weekend();
        policy.calendar().holidays().forEach(holiday -> add(holiday.day()));
    }

    static WorkingDays of(Policy policy) {
        return new WorkingDays(policy);
    }

    private void add(String day) {
        if (day.length() == "MM-DD".length()) {
            everyYear.add(MonthDay.parse("--" + day));
        } else {
            days.add(LocalDate.parse(day));
        }
    }

    boolean isWorkingDay(LocalDate day) {
        return !weekend.contains(day.getDayOfWeek()) && !days.contains(day) && !everyYear.contains(MonthDay.from(day));
    }

    /** The last second of the so-manieth working day after an instant. */
    Instant after(Instant start, int workingDays) {
        LocalDate day = start.atZone(zone).toLocalDate();
        for (int left = workingDays, looked = 0; left > 0 && looked < LONGEST_LOOK; looked++) {
            day = day.plusDays(1);
            left -= isWorkingDay(day) ? 1 : 0;
        }
        return endOf(day);
    }

    private Instant afterMonths(Instant start, int months) {
        LocalDate day = start.atZone(zone).toLocalDate().plusMonths(months);
        for (int looked = 0; !isWorkingDay(day) && looked < LONGEST_LOOK; looked++) {
            day = day.plusDays(1);
        }
        return endOf(day);
    }

    private Instant endOf(LocalDate day) {
        return day.atTime(LAST_SECOND).atZone(zone).toInstant();
    }

    /** How many working days end between two instants; negative where the second is before the first. */
    int between(Instant from, Instant until) {
        if (until.isBefore(from)) {
            return -between(until, from);
        }
        LocalDate first = from.atZone(zone).toLocalDate();
        LocalDate last = until.atZone(zone).toLocalDate();
        return (int) first.plusDays(1)
                .datesUntil(last.plusDays(1))
                .limit(LONGEST_LOOK)
                .filter(this::isWorkingDay)
                .count();
    }

    /** The same day and time so many months later, where people live. */
    Instant plusMonths(Instant start, int months) {
        return start.atZone(zone).plusMonths(months).toInstant();
    }

    /** By when an application of this moment is answered; empty where nothing is promised, or the next cut-off is not known. */
    Optional<Instant> promisedBy(Promise promise, Instant submitted) {
        Optional<Instant> start =
                promise.cutOffs() == null ? Optional.of(submitted) : next(promise.cutOffs(), submitted);
        Integer days = promise.workingDays();
        Integer months = promise.months();
        if (days != null) {
            return start.map(instant -> after(instant, days));
        }
        return months == null ? Optional.empty() : start.map(instant -> afterMonths(instant, months));
    }

    /** The first cut-off that is not before an instant. */
    private Optional<Instant> next(CutOffs cutOffs, Instant from) {
        YearMonth month = YearMonth.from(from.atZone(zone));
        Stream<LocalDate> monthly = Stream.of(month, month.plusMonths(1))
                .flatMap(some ->
                        cutOffs.daysOfMonth().stream().filter(some::isValidDay).map(some::atDay));
        return Stream.concat(cutOffs.dates().stream(), monthly)
                .map(day -> ZonedDateTime.of(day, cutOffs.time(), zone).toInstant())
                .filter(instant -> !instant.isBefore(from))
                .sorted()
                .findFirst();
    }
}
