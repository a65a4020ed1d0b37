package org.aifactory.hosting;

/**
 * Lambert's azimuthal equal-area projection around 52° north and 10° east, as maps of Europe have it (EPSG:3035), on a sphere: an area is as
 * large in the picture as it is, compared with the others. One unit of the picture is ten kilometres.
 */
final class Projection {
    static final int WIDTH = 480;
    static final int HEIGHT = 420;

    private static final double EARTH_RADIUS = 637.1;
    private static final double LATITUDE = Math.toRadians(52);
    private static final double LONGITUDE = Math.toRadians(10);
    /** Where the centre of the projection lies in the picture. */
    private static final double CENTRE_X = 200;

    private static final double CENTRE_Y = 235;

    private Projection() {}

    record Point(double x, double y) {}

    /** @param latitude and {@code longitude} in degrees */
    static Point of(double latitude, double longitude) {
        double phi = Math.toRadians(latitude);
        double lambda = Math.toRadians(longitude) - LONGITUDE;
        double cos = Math.sin(LATITUDE) * Math.sin(phi) + Math.cos(LATITUDE) * Math.cos(phi) * Math.cos(lambda);
        // The point of the earth opposite to the centre has no place in the picture.
        double scale = EARTH_RADIUS * Math.sqrt(2 / Math.max(1 + cos, 1e-9));
        double x = scale * Math.cos(phi) * Math.sin(lambda);
        double y = scale * (Math.cos(LATITUDE) * Math.sin(phi) - Math.sin(LATITUDE) * Math.cos(phi) * Math.cos(lambda));
        return new Point(CENTRE_X + x, CENTRE_Y - y);
    }

    static boolean shows(Point point) {
        return point.x() >= 0 && point.x() <= WIDTH && point.y() >= 0 && point.y() <= HEIGHT;
    }
}
