package org.aifactory.identity;

/** What a member may do for an organisation; each may do all that the ones after it may. */
public enum Role {
    /** Invites, removes, and closes the organisation. */
    OWNER,
    /** Applies, uploads, runs, spends. */
    MEMBER,
    /** Sees everything and changes nothing. */
    VIEWER;

    boolean covers(Role needed) {
        return compareTo(needed) <= 0;
    }
}
