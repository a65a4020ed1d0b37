package org.aifactory.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.aifactory.hosting.EuropeMap.Dot;
import org.aifactory.hosting.Projection.Point;
import org.junit.jupiter.api.Test;

class EuropeMapTest {

    @Test
    void the_whole_of_the_programme_s_europe_is_in_the_picture() {
        assertThat(Projection.shows(Projection.of(38.7, -9.2))).as("Lisbon").isTrue();
        assertThat(Projection.shows(Projection.of(71.2, 25.8))).as("North Cape").isTrue();
        assertThat(Projection.shows(Projection.of(64.1, -21.9))).as("Reykjavik").isTrue();
        assertThat(Projection.shows(Projection.of(35.2, 33.4))).as("Nicosia").isTrue();
        assertThat(Projection.shows(Projection.of(39.9, 32.9))).as("Ankara").isTrue();
        assertThat(Projection.shows(Projection.of(37.6, 127.0))).as("Seoul").isFalse();
    }

    @Test
    void areas_are_as_large_as_they_are_wherever_they_lie() {
        assertThat(squareAround(65, 25))
                .isCloseTo(squareAround(38, 23), org.assertj.core.data.Percentage.withPercentage(0.5));
    }

    /** In square units of the picture: of 0.1 degrees north, and as far east as that is at the latitude. */
    private static double squareAround(double latitude, double longitude) {
        double east = 0.1 / Math.cos(Math.toRadians(latitude));
        Point corner = Projection.of(latitude, longitude);
        Point toEast = Projection.of(latitude, longitude + east);
        Point toNorth = Projection.of(latitude + 0.1, longitude);
        return Math.abs((toEast.x() - corner.x()) * (toNorth.y() - corner.y())
                - (toNorth.x() - corner.x()) * (toEast.y() - corner.y()));
    }

    @Test
    void dots_in_one_place_are_parted_and_others_stay() {
        List<Dot> dots = new ArrayList<>();
        for (int number = 1; number <= 5; number++) {
            dots.add(new Dot(number, "f" + number, "Factory", 200, 200));
        }
        dots.add(new Dot(6, "f6", "Factory", 400, 300));

        List<Dot> parted = EuropeMap.apart(dots);

        for (int one = 0; one < parted.size(); one++) {
            for (int other = one + 1; other < parted.size(); other++) {
                assertThat(Math.hypot(
                                parted.get(one).x() - parted.get(other).x(),
                                parted.get(one).y() - parted.get(other).y()))
                        .isGreaterThan(14);
            }
        }
        assertThat(parted.getLast()).isEqualTo(dots.getLast());
        assertThat(EuropeMap.apart(dots)).isEqualTo(parted);
    }
}
