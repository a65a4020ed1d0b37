package org.aifactory.access;

import java.util.List;
import java.util.Optional;
import org.aifactory.access.Policy.Mode;
import org.aifactory.access.Wish.ProjectWish;
import org.aifactory.federation.HourUnit;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Partitions;
import org.aifactory.identity.Actor;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.Organisations.Organisation;
import org.aifactory.ledger.Amount;
import org.aifactory.web.Message;
import org.aifactory.web.Problem;
import org.aifactory.web.Problem.FieldFault;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reads an application field by field. What is missing or wrong is added to the faults, and the answer is null or empty then. */
@Component
class WishFields {
    private static final int LONGEST_TITLE = 200;
    private static final int LONGEST_PURPOSE = 5000;

    private final Profiles profiles;
    private final Partitions partitions;

    WishFields(Profiles profiles, Partitions partitions) {
        this.profiles = profiles;
        this.partitions = partitions;
    }

    /** @throws Problem when the person may not apply for it */
    @Nullable
    Organisation organisation(Actor actor, Wish wish, List<FieldFault> faults) {
        if (wish.organisation() == null) {
            faults.add(new FieldFault("organisation", Message.of("access.fault.organisation")));
            return null;
        }
        OrganisationId id = new OrganisationId(wish.organisation());
        actor.requireMayChange(id, "organisation", id);
        return profiles.find(actor, id);
    }

    @Nullable
    Partition partition(Wish wish, List<FieldFault> faults) {
        if (wish.partition() == null || wish.partition().isBlank()) {
            faults.add(new FieldFault("partition", Message.of("access.fault.partition")));
            return null;
        }
        String name = wish.partition().strip();
        try {
            if (PlainText.isPlain(name)) {
                return partitions.require(name);
            }
        } catch (Problem unknown) {
            // Said below, at the field.
        }
        faults.add(new FieldFault("partition", Message.of("access.fault.partition-unknown")));
        return null;
    }

    static HourUnit unit(Wish wish, @Nullable Partition partition) {
        if (wish.unit() != null) {
            return wish.unit();
        }
        return partition == null ? HourUnit.GPU_HOUR : partition.kind().hours();
    }

    @Nullable
    Amount amount(Wish wish, @Nullable Partition partition, HourUnit unit, List<FieldFault> faults) {
        if (wish.hours() == null || wish.hours().signum() <= 0) {
            faults.add(new FieldFault("hours", Message.of("access.fault.hours")));
            return null;
        }
        if (partition == null) {
            return null;
        }
        try {
            Amount amount = partition.amount(wish.hours(), unit);
            if (amount.value() > 0) {
                return amount;
            }
            faults.add(new FieldFault("hours", Message.of("access.fault.hours")));
        } catch (Problem wrong) {
            faults.addAll(wrong.faults());
        }
        return null;
    }

    void project(Wish wish, List<FieldFault> faults) {
        ProjectWish project = wish.project();
        if (project == null || !PlainText.says(project.title(), LONGEST_TITLE)) {
            faults.add(new FieldFault("project.title", Message.of("access.fault.title")));
        }
        if (project == null || !PlainText.says(project.purpose(), LONGEST_PURPOSE)) {
            faults.add(new FieldFault("project.purpose", Message.of("access.fault.purpose")));
        }
    }

    Optional<Integer> months(Wish wish, @Nullable Mode mode, List<FieldFault> faults) {
        if (mode == null) {
            return Optional.empty();
        }
        if (wish.months() == null) {
            return Optional.of(mode.months().usual());
        }
        if (!mode.months().choices().contains(wish.months())) {
            faults.add(new FieldFault(
                    "months",
                    Message.of(
                            "access.fault.months",
                            mode.name().said(),
                            mode.months().choices().toString())));
            return Optional.empty();
        }
        return Optional.of(wish.months());
    }
}
