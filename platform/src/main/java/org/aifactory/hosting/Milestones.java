package org.aifactory.hosting;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.aifactory.web.Problem.FieldFault;

/** The order of milestones: nothing is reached before what comes before it, nothing in the future, and what was reached keeps its plan. */
final class Milestones {
    private static final int LATEST_YEAR = 2100;

    private final List<Milestone> all;
    private final LocalDate selected;
    private final LocalDate today;
    private final boolean mayHaveGaps;

    /**
     * @param all of a factory, in order
     * @param selected the day on which it was, before which nothing happened
     * @param mayHaveGaps for a factory of elsewhere, of which some dates were never published
     */
    Milestones(List<Milestone> all, LocalDate selected, LocalDate today, boolean mayHaveGaps) {
        this.all = List.copyOf(all);
        this.selected = selected;
        this.today = today;
        this.mayHaveGaps = mayHaveGaps;
    }

    Milestone of(Step step) {
        return all.get(place(step));
    }

    /** The next one to be reached; empty where all are. */
    Optional<Step> next() {
        return all.stream()
                .filter(milestone -> milestone.reached().isEmpty())
                .map(Milestone::step)
                .filter(step ->
                        after(step).stream().allMatch(later -> later.reached().isEmpty()))
                .findFirst();
    }

    /** What is wrong with other dates for a step. */
    List<FieldFault> faults(Step step, Optional<LocalDate> planned, Optional<LocalDate> reached) {
        List<FieldFault> faults = new ArrayList<>();
        Milestone before = of(step);
        planned.ifPresent(day -> plan(step, day, faults));
        if (before.reached().isPresent() && reached.isPresent() && !planned.equals(before.planned())) {
            faults.add(FieldFault.of("planned", "hosting.fault.plan-of-reached"));
        }
        reached.ifPresent(day -> reach(step, day, faults));
        if (reached.isEmpty() && before.reached().isPresent() && isReachedLater(step) && !mayHaveGaps) {
            faults.add(FieldFault.of("reached", "hosting.fault.later-reached"));
        }
        return faults;
    }

    private void plan(Step step, LocalDate day, List<FieldFault> faults) {
        if (day.isBefore(selected) || day.getYear() > LATEST_YEAR) {
            faults.add(FieldFault.of("planned", "hosting.fault.plan-day", selected.toString()));
            return;
        }
        before(step).stream()
                .flatMap(milestone -> milestone.planned().stream())
                .filter(day::isBefore)
                .reduce((first, later) -> later)
                .ifPresent(earlier ->
                        faults.add(FieldFault.of("planned", "hosting.fault.plan-before", earlier.toString())));
        after(step).stream()
                .flatMap(milestone -> milestone.planned().stream())
                .filter(day::isAfter)
                .findFirst()
                .ifPresent(later -> faults.add(FieldFault.of("planned", "hosting.fault.plan-after", later.toString())));
    }

    private void reach(Step step, LocalDate day, List<FieldFault> faults) {
        if (day.isAfter(today)) {
            faults.add(FieldFault.of("reached", "hosting.fault.in-future"));
            return;
        }
        if (day.isBefore(selected)) {
            faults.add(FieldFault.of("reached", "hosting.fault.before-selected", selected.toString()));
            return;
        }
        Optional<Milestone> missing = before(step).stream()
                .filter(milestone -> milestone.reached().isEmpty())
                .findFirst();
        if (missing.isPresent() && !mayHaveGaps) {
            faults.add(FieldFault.of(
                    "reached",
                    "hosting.fault.not-reached-before",
                    org.aifactory.web.Message.of(
                            "hosting.step." + missing.get().step().slug())));
        }
        before(step).stream()
                .flatMap(milestone -> milestone.reached().stream())
                .filter(day::isBefore)
                .reduce((first, later) -> later)
                .ifPresent(earlier ->
                        faults.add(FieldFault.of("reached", "hosting.fault.reached-before", earlier.toString())));
        after(step).stream()
                .flatMap(milestone -> milestone.reached().stream())
                .filter(day::isAfter)
                .findFirst()
                .ifPresent(
                        later -> faults.add(FieldFault.of("reached", "hosting.fault.reached-after", later.toString())));
    }

    private boolean isReachedLater(Step step) {
        return after(step).stream().anyMatch(later -> later.reached().isPresent());
    }

    private List<Milestone> before(Step step) {
        return all.subList(0, place(step));
    }

    private List<Milestone> after(Step step) {
        return all.subList(place(step) + 1, all.size());
    }

    private int place(Step step) {
        return all.stream().map(Milestone::step).toList().indexOf(step);
    }
}
