package org.aifactory.federation;

import java.time.LocalDate;
import java.util.Map;

/** What those who fund factories have agreed on their time. Whoever knows it says it by a bean of this. */
public interface TimeShares {

    /**
     * So much new time of a factory, shared out.
     *
     * @param amount in the ledger's unit
     * @return by funder, "EU" or ISO 3166-1 alpha-2; together the amount, or empty where nothing is agreed or its shares are not known
     */
    Map<String, Long> shareOut(FactoryId factory, LocalDate day, long amount);
}
