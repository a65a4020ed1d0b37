package org.aifactory.review;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.identity.PersonId;
import org.aifactory.web.Message;

/**
 * That somebody judges a paper.
 *
 * @param reason why they were chosen
 * @param version counts what was saved of scores
 * @param scores by criterion; not all of them until it is handed in
 * @param comments by criterion
 * @param handedIn when the scores became final
 */
record Assignment(
        AssignmentId id,
        UUID paper,
        PersonId person,
        Message reason,
        int version,
        Map<String, BigDecimal> scores,
        Map<String, String> comments,
        Optional<Instant> handedIn) {

    /** As the audit trail names it. */
    String subject() {
        return "assignment " + id;
    }
}
