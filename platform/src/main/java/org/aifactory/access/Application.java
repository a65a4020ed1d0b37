package org.aifactory.access;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.aifactory.federation.HourUnit;
import org.aifactory.federation.PartitionId;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.PersonId;
import org.aifactory.ledger.Amount;
import org.aifactory.web.Message;

/**
 * An application for time on a partition.
 *
 * @param number counts all applications
 * @param hours as asked for, in {@code unit}
 * @param amount the same as the ledger counts it
 * @param profile what the organisation said of itself then
 * @param findings what was found out by machine then
 * @param promisedBy by when it is to be decided; empty where nothing is promised
 */
record Application(
        ApplicationId id,
        long number,
        OrganisationId organisation,
        PersonId applicant,
        PartitionId partition,
        String mode,
        int months,
        BigDecimal hours,
        HourUnit unit,
        Amount amount,
        Project project,
        boolean commercial,
        Map<String, Object> answers,
        Map<String, Object> profile,
        List<Finding> findings,
        ApplicationState state,
        Instant submitted,
        Optional<Instant> promisedBy,
        Optional<Decision> decision) {

    record Project(String title, String purpose) {}

    /** @param by empty where the policy decided */
    record Decision(Instant at, Optional<PersonId> by, Message reason) {}

    /** As the audit trail names it. */
    String subject() {
        return "application " + id;
    }
}
