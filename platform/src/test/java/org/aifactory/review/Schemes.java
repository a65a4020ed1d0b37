package org.aifactory.review;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.aifactory.review.Scheme.Criterion;
import org.aifactory.review.Scheme.Group;

/** Schemes as calls have them. */
public final class Schemes {
    private Schemes() {}

    /** Three criteria from 0 to 5, each with 3 at least, 10 of 15 together; among equals impact counts first. */
    public static Scheme flat() {
        return new Scheme(
                "flat",
                1,
                new Text("Flat", null),
                List.of(new Group(
                        "all",
                        new Text("All", null),
                        BigDecimal.ONE,
                        null,
                        List.of(criterion("excellence"), criterion("impact"), criterion("implementation")))),
                BigDecimal.TEN,
                List.of("impact", "excellence"));
    }

    private static Criterion criterion(String id) {
        return new Criterion(
                id,
                new Text(id, null),
                BigDecimal.ZERO,
                new BigDecimal("5"),
                new BigDecimal("0.5"),
                BigDecimal.ONE,
                new BigDecimal("3"));
    }

    /** 0.5 X1 + 0.25 X2 + 0.25 X3, each a table of points of its own. */
    public static Scheme parts() {
        return new Scheme(
                "parts",
                1,
                new Text("In parts", null),
                List.of(part("x1", "0.5"), part("x2", "0.25"), part("x3", "0.25")),
                new BigDecimal("50"),
                List.of("x1"));
    }

    private static Group part(String id, String coefficient) {
        return new Group(
                id,
                new Text(id, null),
                new BigDecimal(coefficient),
                new BigDecimal("20"),
                List.of(points(id + "-technical", "0.4"), points(id + "-other", "0.6")));
    }

    private static Criterion points(String id, String weight) {
        return new Criterion(
                id,
                new Text(id, null),
                BigDecimal.ZERO,
                new BigDecimal("100"),
                BigDecimal.ONE,
                new BigDecimal(weight),
                null);
    }

    static Map<String, BigDecimal> scores(String excellence, String impact, String implementation) {
        return Map.of(
                "excellence", new BigDecimal(excellence),
                "impact", new BigDecimal(impact),
                "implementation", new BigDecimal(implementation));
    }
}
