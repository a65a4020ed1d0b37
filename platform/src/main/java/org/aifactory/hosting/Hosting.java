package org.aifactory.hosting;

import java.util.List;
import java.util.Optional;
import org.aifactory.federation.FactoryId;
import org.aifactory.programme.ProposalId;

/**
 * A factory that the programme has selected.
 *
 * @param version counts the changes
 * @param place where its machine stands; empty where nobody said
 * @param isImported whether it was selected elsewhere, so that much of it may be unknown
 */
record Hosting(FactoryId factory, ProposalId proposal, int version, Optional<Place> place, boolean isImported) {

    /**
     * Degrees, north and east of nothing positive.
     *
     * @param sources where the place was found; none for one that was entered here
     */
    record Place(double latitude, double longitude, List<String> sources) {
        private static final double POLE = 90;
        private static final double ANTIMERIDIAN = 180;

        static boolean isOnEarth(double latitude, double longitude) {
            return Math.abs(latitude) <= POLE && Math.abs(longitude) <= ANTIMERIDIAN;
        }
    }

    /** As the audit trail names it: like the factory. */
    String subject() {
        return "factory " + factory;
    }
}
