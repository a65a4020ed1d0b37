package org.aifactory.access;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.aifactory.access.Policy.Decider;
import org.aifactory.federation.HourUnit;
import org.aifactory.web.Message;
import org.aifactory.web.Problem.FieldFault;
import org.aifactory.web.ProblemType;

/**
 * What would become of an application if it were sent now.
 *
 * @param sendable whether it would be taken
 * @param mode in which it would be sent; empty where none fits or a choice is needed
 * @param decidedBy who would decide: the policy where everything can be checked by machine, else people
 * @param promisedBy by when; empty where nothing is promised
 * @param months how long it would last
 * @param asked in every unit of the partition
 * @param pool what the partition has left to grant; empty where no partition is named
 * @param price what it would cost in commercial use, in euro cents; empty where the partition has no price
 * @param faults what is missing or wrong, field by field
 * @param obstacles why it would be refused although it is complete
 * @param terms what whoever sends it agrees to
 * @param notes good to know
 */
record Check(
        boolean sendable,
        Optional<String> mode,
        Optional<Decider> decidedBy,
        Optional<Instant> promisedBy,
        Optional<Integer> months,
        Map<HourUnit, BigDecimal> asked,
        Optional<PoolLeft> pool,
        Optional<Long> price,
        List<FieldFault> faults,
        List<Obstacle> obstacles,
        List<ModeFit> modes,
        List<Finding> findings,
        List<RemarkView> terms,
        List<RemarkView> notes) {

    /** @param free in every unit of the partition */
    record PoolLeft(Map<HourUnit, BigDecimal> free, boolean suffices) {}

    /** @param problem the slug of the problem's type, as the application would be answered with */
    record Obstacle(String problem, Message sentence) {
        static Obstacle of(ProblemType type, Message sentence) {
            return new Obstacle(type.slug(), sentence);
        }
    }

    /** A sentence of the policy, with what it rests on. */
    record RemarkView(String text, Optional<Ground> mark, List<String> sources) {}
}
