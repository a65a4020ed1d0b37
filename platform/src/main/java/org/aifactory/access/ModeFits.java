package org.aifactory.access;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.aifactory.access.ModeFit.Fit;
import org.aifactory.access.ModeFit.Offer;
import org.aifactory.access.Policy.Figure;
import org.aifactory.access.Policy.Limit;
import org.aifactory.access.Policy.Mode;
import org.aifactory.federation.HourUnit;
import org.aifactory.federation.Partition;
import org.aifactory.identity.OrganisationKind;
import org.aifactory.ledger.Amount;
import org.aifactory.web.Message;
import org.jspecify.annotations.Nullable;

/** Compares what is asked with every mode of the policy; reads and writes nothing. */
final class ModeFits {
    private final Policy policy;
    private final WorkingDays days;
    private final Wording words;
    private final Instant now;
    private final OrganisationKind kind;
    private final @Nullable Partition partition;
    private final boolean operatesPartition;
    private final Map<String, Long> heldByMode;
    private final Map<String, String> closed;

    /**
     * @param operatesPartition whether the organisation operates the partition itself: then it may apply whatever its kind
     * @param heldByMode what the organisation has already in each mode, in the ledger's unit of the partition
     * @param closed the modes that are closed, with the reason
     */
    ModeFits(
            Policy policy,
            Wording words,
            Instant now,
            OrganisationKind kind,
            @Nullable Partition partition,
            boolean operatesPartition,
            Map<String, Long> heldByMode,
            Map<String, String> closed) {
        this.policy = policy;
        this.days = WorkingDays.of(policy);
        this.words = words;
        this.now = now;
        this.kind = kind;
        this.partition = partition;
        this.operatesPartition = operatesPartition;
        this.heldByMode = heldByMode;
        this.closed = closed;
    }

    /** @param amount null where it is not said yet */
    List<ModeFit> of(@Nullable Amount amount) {
        return policy.modes().stream().map(mode -> fit(mode, amount)).toList();
    }

    private ModeFit fit(Mode mode, @Nullable Amount amount) {
        if (!isFor(mode) && !mode.kindsThatNameIt().contains(kind)) {
            return answer(
                    mode, Fit.UNFIT, Message.of("access.fit.kind", mode.name().said()));
        }
        String reason = closed.get(mode.slug());
        if (!mode.isOpen() || reason != null) {
            return answer(
                    mode,
                    Fit.CLOSED,
                    reason == null
                            ? Message.of("access.fit.closed", mode.name().said())
                            : Message.of(
                                    "access.fit.closed-because", mode.name().said(), reason));
        }
        if (partition == null) {
            return fits(mode);
        }
        Optional<HourUnit> unit = unit(mode, partition);
        if (unit.isEmpty() && !mode.limits().isEmpty()) {
            return answer(
                    mode, Fit.UNFIT, Message.of("access.fit.unit", mode.name().said(), partition.name()));
        }
        return unit.isEmpty() || amount == null ? fits(mode) : fit(mode, partition, unit.get(), amount.value());
    }

    private ModeFit fit(Mode mode, Partition on, HourUnit unit, long amount) {
        Limit limit = limit(mode, unit);
        long held = heldByMode.getOrDefault(mode.slug(), 0L);
        Message asked = Wording.hours(on.hours(amount, unit), unit);
        Figure upTo = limit.upTo();
        if (upTo != null && amount > seconds(on, upTo, unit) - held) {
            long left = Math.max(0, seconds(on, upTo, unit) - held);
            return tooMuch(mode, on, unit, upTo, asked, held, left);
        }
        Figure above = limit.above();
        if (above != null && amount + held <= seconds(on, above, unit)) {
            return liesBetween(mode, on, seconds(on, above, unit), amount)
                    ? answer(
                            mode,
                            Fit.OFFERED,
                            Message.of("access.fit.between", asked, mode.name().said(), hours(above, unit)))
                    : answer(
                            mode,
                            Fit.UNFIT,
                            Message.of("access.fit.too-little", mode.name().said(), hours(above, unit), asked));
        }
        return fits(mode);
    }

    private ModeFit fits(Mode mode) {
        return isFor(mode)
                ? answer(mode, Fit.FITS)
                : answer(
                        mode,
                        Fit.IF_CHOSEN,
                        Message.of("access.fit.if-chosen", mode.name().said()));
    }

    private ModeFit tooMuch(Mode mode, Partition on, HourUnit unit, Figure upTo, Message asked, long held, long left) {
        Offer offer = new Offer(on.hours(left, unit), unit);
        Message most = hours(upTo, unit);
        Message why = held == 0
                ? Message.of("access.fit.too-much", mode.name().said(), most, asked)
                : Message.of(
                        "access.fit.too-much-with-held",
                        mode.name().said(),
                        most,
                        Wording.hours(on.hours(held, unit), unit),
                        Wording.hours(offer.hours(), unit),
                        asked);
        return left == 0
                ? answer(mode, Fit.UNFIT, why)
                : new ModeFit(
                        mode.slug(),
                        name(mode),
                        Fit.OFFERED_LESS,
                        List.of(why),
                        Optional.of(offer),
                        mode.decidedBy(),
                        mode.months().choices(),
                        mode.months().usual(),
                        promise(mode));
    }

    /** Whether the organisation cannot have it in any smaller mode, and no mode begins below it. */
    private boolean liesBetween(Mode mode, Partition on, long above, long amount) {
        List<Mode> smaller = policy.modes().stream()
                .filter(other -> !other.equals(mode) && isFor(other))
                .filter(other -> unit(other, on)
                        .map(unit -> limit(other, unit).upTo())
                        .filter(upTo -> upTo != null)
                        .isPresent())
                .filter(other -> mostSeconds(other, on) <= above)
                .toList();
        return !smaller.isEmpty()
                && smaller.stream()
                        .allMatch(other -> amount + heldByMode.getOrDefault(other.slug(), 0L) > mostSeconds(other, on));
    }

    private long mostSeconds(Mode mode, Partition on) {
        HourUnit unit = unit(mode, on).orElseThrow();
        Figure upTo = limit(mode, unit).upTo();
        return upTo == null ? Long.MAX_VALUE : seconds(on, upTo, unit);
    }

    private boolean isFor(Mode mode) {
        return mode.kinds().isEmpty() || mode.kinds().contains(kind) || operatesPartition;
    }

    /** The unit in which a mode says its limits on a partition. */
    static Optional<HourUnit> unit(Mode mode, Partition on) {
        return on.hourUnits().stream().filter(mode.limits()::containsKey).findFirst();
    }

    private static Limit limit(Mode mode, HourUnit unit) {
        return java.util.Objects.requireNonNull(mode.limits().get(unit));
    }

    private static long seconds(Partition on, Figure figure, HourUnit unit) {
        return on.amount(figure.value(), unit).value();
    }

    private static Message hours(Figure figure, HourUnit unit) {
        return Wording.hours(figure.value(), unit);
    }

    private String name(Mode mode) {
        return mode.name().in(words.locale());
    }

    private Optional<Instant> promise(Mode mode) {
        return Optional.ofNullable(mode.promise()).flatMap(promise -> days.promisedBy(promise, now));
    }

    private ModeFit answer(Mode mode, Fit fit, Message... why) {
        return new ModeFit(
                mode.slug(),
                name(mode),
                fit,
                List.of(why),
                Optional.empty(),
                mode.decidedBy(),
                mode.months().choices(),
                mode.months().usual(),
                promise(mode));
    }

    /** The most that a mode gives to one organisation, with a share beyond it; empty where there is no limit. */
    static Optional<Long> most(Mode mode, Partition on, BigDecimal shareBeyond) {
        return unit(mode, on)
                .map(unit -> limit(mode, unit))
                .map(Limit::upTo)
                .map(upTo -> on.amount(
                                upTo.value().multiply(BigDecimal.ONE.add(shareBeyond)),
                                unit(mode, on).orElseThrow())
                        .value());
    }
}
