package org.aifactory.hosting;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.aifactory.federation.Factories;
import org.aifactory.federation.Factory;
import org.aifactory.hosting.Hosting.Place;
import org.aifactory.web.Message;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * The map of Europe with the factories of the programme. Outlines are data ({@code map/europe.json}, which says where they are from); they
 * are projected once, when the platform starts.
 */
@Component
class EuropeMap {
    private static final String FILE = "/map/europe.json";
    /** How far apart dots are, in the units of the picture, so that each can be told from the next. */
    private static final double APART = 17;

    private static final int MOST_PUSHES = 200;

    private final HostingTable table;
    private final Hostings hostings;
    private final Factories factories;
    private final List<Outline> outlines;

    EuropeMap(HostingTable table, Hostings hostings, Factories factories) {
        this.table = table;
        this.hostings = hostings;
        this.factories = factories;
        this.outlines = outlines();
    }

    /** @param countries rings of longitudes and latitudes, by the codes of the countries */
    private record Outlines(String source, String licence, Map<String, List<double[][]>> countries) {}

    /** A country's shape in the picture; {@code path} is what SVG draws. */
    private record Outline(String country, String path) {}

    /**
     * A factory of the programme.
     *
     * @param number as the map and the table beside it count
     * @param countries that take part today, the host first
     */
    record Site(
            int number,
            String factory,
            String name,
            String city,
            String country,
            List<Country> countries,
            Optional<Double> latitude,
            Optional<Double> longitude,
            List<String> placeSources) {}

    record Country(String code, Message name) {}

    /** A country's shape; {@code part} is {@code host}, {@code joiner} or {@code none}. */
    record Shape(String country, String path, String part) {}

    /** A factory's dot in the picture. */
    record Dot(int number, String factory, String name, double x, double y) {}

    record Picture(int width, int height, List<Shape> shapes, List<Dot> dots, List<Site> sites) {}

    private static List<Outline> outlines() {
        try (InputStream file = Objects.requireNonNull(EuropeMap.class.getResourceAsStream(FILE))) {
            Map<String, List<double[][]>> countries =
                    new JsonMapper().readValue(file, Outlines.class).countries();
            List<Outline> drawn = new ArrayList<>();
            new TreeMap<>(countries).forEach((country, rings) -> drawn.add(new Outline(country, path(rings))));
            return List.copyOf(drawn);
        } catch (IOException failure) {
            throw new UncheckedIOException(FILE + " cannot be read.", failure);
        }
    }

    private static String path(List<double[][]> rings) {
        StringBuilder path = new StringBuilder();
        for (double[][] ring : rings) {
            for (int at = 0; at < ring.length; at++) {
                Projection.Point point = Projection.of(ring[at][1], ring[at][0]);
                path.append(at == 0 ? 'M' : 'L').append(String.format(Locale.ROOT, "%.1f %.1f", point.x(), point.y()));
            }
            path.append('Z');
        }
        return path.toString();
    }

    /** All factories of the programme, by their names. */
    List<Site> sites() {
        List<Hosting> all = table.all();
        List<Site> sites = new ArrayList<>();
        List<Factory> named = all.stream()
                .map(hosting -> factories.require(hosting.factory()))
                .sorted(Comparator.comparing(Factory::name).thenComparing(Factory::slug))
                .toList();
        for (Factory factory : named) {
            Hosting hosting = all.stream()
                    .filter(one -> one.factory().equals(factory.id()))
                    .findFirst()
                    .orElseThrow();
            sites.add(site(sites.size() + 1, factory, hosting.place()));
        }
        return sites;
    }

    private Site site(int number, Factory factory, Optional<Place> place) {
        return new Site(
                number,
                factory.slug(),
                factory.name(),
                factory.city(),
                factory.country().orElse(""),
                table.shares(factory.id(), hostings.today()).stream()
                        .filter(share -> share.role() != Role.UNION)
                        .map(share -> new Country(share.participant(), HostingViews.nameOf(share.participant())))
                        .toList(),
                place.map(Place::latitude),
                place.map(Place::longitude),
                place.map(Place::sources).orElse(List.of()));
    }

    Picture picture() {
        List<Site> sites = sites();
        Set<String> hosts = new TreeSet<>();
        Set<String> others = new TreeSet<>();
        for (Site site : sites) {
            for (int at = 0; at < site.countries().size(); at++) {
                (at == 0 ? hosts : others).add(site.countries().get(at).code());
            }
        }
        return new Picture(
                Projection.WIDTH,
                Projection.HEIGHT,
                outlines.stream()
                        .map(outline -> new Shape(outline.country(), outline.path(), part(outline, hosts, others)))
                        .toList(),
                dots(sites),
                sites);
    }

    private static String part(Outline outline, Set<String> hosts, Set<String> others) {
        if (hosts.contains(outline.country())) {
            return "host";
        }
        return others.contains(outline.country()) ? "joiner" : "none";
    }

    private static List<Dot> dots(List<Site> sites) {
        List<Dot> dots = new ArrayList<>();
        for (Site site : sites) {
            if (site.latitude().isPresent() && site.longitude().isPresent()) {
                Projection.Point point =
                        Projection.of(site.latitude().get(), site.longitude().get());
                if (Projection.shows(point)) {
                    dots.add(new Dot(site.number(), site.factory(), site.name(), point.x(), point.y()));
                }
            }
        }
        return apart(dots);
    }

    /** Pushes dots from one another until none covers the next, or it was tried often enough. */
    static List<Dot> apart(List<Dot> placed) {
        List<Dot> dots = new ArrayList<>(placed);
        boolean isMoving = true;
        for (int push = 0; push < MOST_PUSHES && isMoving; push++) {
            isMoving = false;
            for (int one = 0; one < dots.size(); one++) {
                for (int other = one + 1; other < dots.size(); other++) {
                    isMoving |= push(dots, one, other);
                }
            }
        }
        return List.copyOf(dots);
    }

    private static boolean push(List<Dot> dots, int one, int other) {
        Dot first = dots.get(one);
        Dot second = dots.get(other);
        double dx = second.x() - first.x();
        double dy = second.y() - first.y();
        double distance = Math.hypot(dx, dy);
        if (distance >= APART) {
            return false;
        }
        // Two in one place are parted along the line of their numbers, so that the picture is always the same.
        double ux = distance == 0 ? 1 : dx / distance;
        double uy = distance == 0 ? 0 : dy / distance;
        double by = (APART - distance) / 2 + 0.01;
        dots.set(one, new Dot(first.number(), first.factory(), first.name(), first.x() - ux * by, first.y() - uy * by));
        dots.set(
                other,
                new Dot(second.number(), second.factory(), second.name(), second.x() + ux * by, second.y() + uy * by));
        return true;
    }
}
