package org.aifactory.hosting;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.aifactory.facts.Mark;

/**
 * A step with its dates.
 *
 * @param planned empty where it is not planned, or the plan was not published
 * @param reached when it really was
 * @param mark how well the dates are known; empty for those entered here
 */
record Milestone(
        Step step,
        Optional<LocalDate> planned,
        Optional<LocalDate> reached,
        Optional<Mark> mark,
        List<String> sources) {

    static Milestone open(Step step) {
        return new Milestone(step, Optional.empty(), Optional.empty(), Optional.empty(), List.of());
    }

    Milestone with(Optional<LocalDate> otherPlanned, Optional<LocalDate> otherReached) {
        return new Milestone(step, otherPlanned, otherReached, Optional.empty(), List.of());
    }

    boolean isLate(LocalDate today) {
        return reached.isEmpty() && planned.filter(today::isAfter).isPresent();
    }
}
