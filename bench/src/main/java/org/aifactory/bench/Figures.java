package org.aifactory.bench;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;

/** What a program printed as {@code NAME: NUMBER}, a line each. */
record Figures(Map<String, Double> byName) {

    static Figures of(List<String> lines) {
        Map<String, Double> figures = new HashMap<>();
        for (String line : lines) {
            String[] parts = line.split(": ", -1);
            if (parts.length == 2 && parts[1].matches("-?[0-9.]+(E-?[0-9]+)?")) {
                figures.put(parts[0], Double.parseDouble(parts[1]));
            }
        }
        return new Figures(figures);
    }

    double of(String name) {
        Double figure = byName.get(name);
        if (figure == null) {
            throw new EngineException(Kind.RESOURCE, "The program that was to measure " + name + " did not say it.");
        }
        return figure;
    }

    long whole(String name) {
        return Math.round(of(name));
    }
}
