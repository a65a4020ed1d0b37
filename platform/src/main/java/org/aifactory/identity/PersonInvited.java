package org.aifactory.identity;

import java.time.Instant;
import java.util.UUID;

/**
 * Somebody was invited to an organisation. Published in the transaction that invites them.
 *
 * @param email of the invited, who may have no account
 * @param code opens the invitation, and so is for nobody but whoever reads mail at the address
 */
public record PersonInvited(
        UUID invitation,
        OrganisationId organisation,
        PersonId by,
        String email,
        Role role,
        Instant expires,
        String code) {

    /** Without the code, which is for no log. */
    @Override
    public String toString() {
        return "PersonInvited[invitation=" + invitation + ", organisation=" + organisation + "]";
    }
}
