package org.aifactory.funds;

import java.util.List;
import org.aifactory.facts.Mark;
import org.aifactory.web.Message;

/**
 * Money that nobody has committed. It is told, and never booked.
 *
 * @param who is to give it
 * @param standing never COMMITTED
 */
record Target(String who, Payer payer, Standing standing, long cents, Mark mark, List<String> sources, Message note) {
    Target {
        if (standing == Standing.COMMITTED || cents <= 0) {
            throw new IllegalArgumentException("No target: " + standing + " " + cents);
        }
        sources = List.copyOf(sources);
    }
}
