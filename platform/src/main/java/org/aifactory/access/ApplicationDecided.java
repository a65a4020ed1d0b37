package org.aifactory.access;

import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.PersonId;
import org.aifactory.web.KeptMessage;

/**
 * An application was granted or refused. Published in the transaction that decides it.
 *
 * @param applicant whoever waits for the answer
 * @param state GRANTED or REFUSED
 * @param reason in the words of whoever decided
 */
public record ApplicationDecided(
        ApplicationId application,
        OrganisationId organisation,
        PersonId applicant,
        String project,
        ApplicationState state,
        KeptMessage reason) {}
