package org.aifactory.identity;

import java.io.Serializable;
import java.security.Principal;
import java.util.UUID;

/** All that a session keeps of a person. What they may do is asked of the database each time, so that it can change meanwhile. */
record SignedIn(UUID id) implements Principal, Serializable {

    PersonId person() {
        return new PersonId(id);
    }

    @Override
    public String getName() {
        return id.toString();
    }
}
