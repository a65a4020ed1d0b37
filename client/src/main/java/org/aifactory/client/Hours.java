package org.aifactory.client;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.aifactory.client.server.ClientException;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Reply;
import org.aifactory.client.terminal.Plain;
import org.aifactory.client.terminal.Words;

/** Time on machines as the server tells it: an object with a number for each unit that the partition has. */
final class Hours {
    private static final int DECIMALS = 3;
    private static final Set<String> UNITS = Set.of("GPU", "NODE", "CORE");

    private Hours() {}

    /** {@code 5,000 GPU-hours = 1,250 node-hours}; empty where nothing is told. */
    static String inAllUnits(Map<String, Reply> hours) {
        List<String> told = hours.entrySet().stream()
                .map(unit -> of(unit.getValue()) + " " + Words.unit(unit.getKey()))
                .toList();
        return String.join(" = ", told);
    }

    static String of(Reply hours) {
        return hours.isEmpty() ? "–" : Words.number(hours.node().asDecimal(java.math.BigDecimal.ZERO), DECIMALS);
    }

    /** {@code CORE_HOUR} from {@code core}, {@code core-hours} or {@code CORE_HOUR}. */
    static String unit(String word) {
        String plain = word.strip().toUpperCase(java.util.Locale.ROOT).replace('-', '_');
        String unit = plain.replaceFirst("(_HOURS?)?$", "");
        if (!UNITS.contains(unit)) {
            throw new ClientException(ExitStatus.USAGE, "A unit is gpu, node or core, not " + Plain.line(word) + ".");
        }
        return unit + "_HOUR";
    }

    /** Euro and cents. */
    static String euro(long cents) {
        return String.format(Locale.ROOT, "€ %,.2f", BigDecimal.valueOf(cents, 2));
    }
}
