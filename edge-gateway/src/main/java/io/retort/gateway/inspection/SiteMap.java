package io.retort.gateway.inspection;

import io.retort.gateway.routing.Route;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.HtmlUtils;

/// An inspection's way and what was found on it, as SVG that stands in a page. True to scale in
/// both directions, in metres; positions on the globe are projected around their mean
/// (equirectangular, Snyder 1987, "Map projections", chapter 12), which is exact enough for the
/// kilometres of a flight.
///
/// A route has a shape besides its colour (Okabe and Ito 2008), for print and for the colour blind.
final class SiteMap {

    private static final double WIDTH = 960;
    private static final double LARGEST_HEIGHT = 560;
    private static final double SMALLEST_HEIGHT = 240;
    private static final double MARGIN_LEFT = 56;
    private static final double MARGIN_BOTTOM = 40;
    private static final double MARGIN = 16;
    private static final double EARTH_RADIUS = 6_371_008.8;
    private static final int MANY = 400;

    /// Metres to the right and up.
    private record Spot(double x, double y) {}

    private record Mark(Spot spot, @Nullable Route route, @Nullable String title) {}

    private final List<Mark> marks = new ArrayList<>();
    private final List<Spot> way = new ArrayList<>();
    private final boolean globe;
    private final double left;
    private final double bottom;
    private final double scale;
    private final double plotWidth;
    private final double plotHeight;
    private final StringBuilder svg = new StringBuilder();

    private SiteMap(Report report) {
        List<Position> all = new ArrayList<>();
        report.track().points().forEach(point -> all.add(point.position()));
        report.flagged().positions().forEach(flag -> all.add(flag.position()));
        this.globe = all.stream().anyMatch(position -> position instanceof Position.Globe);
        Position.Globe centre = centre(all);
        for (Report.Point point : report.track().points()) {
            Spot spot = spot(point.position(), centre);
            way.add(spot);
            marks.add(new Mark(spot, point.route(), null));
        }
        for (Report.Flag flag : report.flagged().positions()) {
            marks.add(
                    new Mark(
                            spot(flag.position(), centre),
                            flag.route(),
                            "%d: %s, %s".formatted(flag.number(), flag.id(), flag.route().tag())));
        }
        // What asks for most is drawn over the rest.
        marks.sort(
                Comparator.comparing((Mark mark) -> mark.title() != null)
                        .thenComparingInt(mark -> rank(mark.route())));
        double lowX = marks.stream().mapToDouble(mark -> mark.spot().x()).min().orElse(0);
        double highX = marks.stream().mapToDouble(mark -> mark.spot().x()).max().orElse(0);
        double lowY = marks.stream().mapToDouble(mark -> mark.spot().y()).min().orElse(0);
        double highY = marks.stream().mapToDouble(mark -> mark.spot().y()).max().orElse(0);
        double pad = Math.max(0.5, 0.06 * Math.max(highX - lowX, highY - lowY));
        double spanX = highX - lowX + 2 * pad;
        double spanY = highY - lowY + 2 * pad;
        this.plotWidth = WIDTH - MARGIN_LEFT - MARGIN;
        this.plotHeight = Math.clamp(plotWidth / spanX * spanY, SMALLEST_HEIGHT, LARGEST_HEIGHT);
        this.scale = Math.min(plotWidth / spanX, plotHeight / spanY);
        // What one direction has to spare lies on both sides.
        this.left = lowX - pad - (plotWidth / scale - spanX) / 2;
        this.bottom = lowY - pad - (plotHeight / scale - spanY) / 2;
    }

    static String of(Report report) {
        return new SiteMap(report).drawn();
    }

    /// The symbol of a route, for legends and tables.
    static String symbol(@Nullable Route route) {
        return "<svg class=\"key\" viewBox=\"-7 -7 14 14\" aria-hidden=\"true\">%s</svg>"
                .formatted(shape(route, 0, 0, 5.5));
    }

    private String drawn() {
        append(
                "<svg class=\"map\" viewBox=\"0 0 %s %s\" role=\"img\" aria-label=\"map of the"
                        + " inspection\">",
                n(WIDTH), n(plotHeight + MARGIN + MARGIN_BOTTOM));
        append(
                "<rect class=\"ground\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"/>",
                n(MARGIN_LEFT), n(MARGIN), n(plotWidth), n(plotHeight));
        grid();
        way();
        double size = marks.size() > MANY ? 3.2 : 5.2;
        for (Mark mark : marks) {
            boolean flagged = mark.title() != null;
            String shape =
                    shape(
                            mark.route(),
                            px(mark.spot().x()),
                            py(mark.spot().y()),
                            flagged ? size : size * 0.7);
            append(
                    "<g>%s%s</g>",
                    flagged ? "<title>" + escaped(String.valueOf(mark.title())) + "</title>" : "",
                    shape);
        }
        scaleBar();
        if (globe) {
            north();
        }
        svg.append("</svg>\n");
        return svg.toString();
    }

    private void grid() {
        double step = nice(plotWidth / scale / 8);
        for (double x = Math.ceil(left / step) * step; px(x) <= WIDTH - MARGIN; x += step) {
            append(
                    "<line class=\"grid\" x1=\"%1$s\" y1=\"%2$s\" x2=\"%1$s\" y2=\"%3$s\"/>",
                    n(px(x)), n(MARGIN), n(MARGIN + plotHeight));
            append(
                    "<text x=\"%s\" y=\"%s\" text-anchor=\"middle\">%s</text>",
                    n(px(x)), n(MARGIN + plotHeight + 16), label(x, step));
        }
        for (double y = Math.ceil(bottom / step) * step; py(y) >= MARGIN; y += step) {
            append(
                    "<line class=\"grid\" x1=\"%s\" y1=\"%2$s\" x2=\"%3$s\" y2=\"%2$s\"/>",
                    n(MARGIN_LEFT), n(py(y)), n(WIDTH - MARGIN));
            append(
                    "<text x=\"%s\" y=\"%s\" text-anchor=\"end\">%s</text>",
                    n(MARGIN_LEFT - 6), n(py(y) + 4), label(y, step));
        }
        append(
                "<text x=\"%s\" y=\"%s\" text-anchor=\"end\">%s</text>",
                n(WIDTH - MARGIN),
                n(MARGIN + plotHeight + 33),
                globe ? "metres east and north of the middle" : "x and y in metres");
    }

    private void way() {
        if (way.size() < 2) {
            return;
        }
        StringBuilder points = new StringBuilder();
        way.forEach(spot ->
                points.append(n(px(spot.x()))).append(',').append(n(py(spot.y()))).append(' '));
        append("<polyline class=\"way\" points=\"%s\"/>", points.toString().strip());
    }

    private void scaleBar() {
        double metres = nice(plotWidth / scale / 6);
        double x = MARGIN_LEFT + 14;
        double y = MARGIN + plotHeight - 16;
        append(
                "<rect class=\"plate\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"30\" rx=\"3\"/>",
                n(x - 8), n(y - 20), n(metres * scale + 16));
        append(
                "<path class=\"bar\" d=\"M%1$s %2$sv6h%3$sv-6\"/>",
                n(x), n(y - 4), n(metres * scale));
        append(
                "<text x=\"%s\" y=\"%s\" text-anchor=\"middle\">%s</text>",
                n(x + metres * scale / 2),
                n(y - 7),
                metres >= 1000
                        ? label(metres / 1000, metres / 1000) + " km"
                        : label(metres, metres) + " m");
    }

    private void north() {
        append(
                "<g transform=\"translate(%s %s)\"><rect class=\"plate\" x=\"-13\" y=\"-16\""
                        + " width=\"26\" height=\"40\" rx=\"3\"/><path class=\"north\""
                        + " d=\"M0 -12L6 6L0 2L-6 6Z\"/><text y=\"20\""
                        + " text-anchor=\"middle\">N</text></g>",
                n(WIDTH - MARGIN - 24), n(MARGIN + 26));
    }

    private static String shape(@Nullable Route route, double x, double y, double r) {
        if (route == null) {
            return "<circle class=\"none\" cx=\"%s\" cy=\"%s\" r=\"%s\"/>"
                    .formatted(n(x), n(y), n(r * 0.7));
        }
        return switch (route) {
            case REUSE ->
                    "<circle class=\"reuse\" cx=\"%s\" cy=\"%s\" r=\"%s\"/>"
                            .formatted(n(x), n(y), n(r));
            case REPAIR ->
                    "<rect class=\"repair\" x=\"%s\" y=\"%s\" width=\"%3$s\" height=\"%3$s\"/>"
                            .formatted(n(x - r * 0.9), n(y - r * 0.9), n(r * 1.8));
            case RECYCLE ->
                    "<path class=\"recycle\" d=\"M%s %sl%s %sh%sz\"/>"
                            .formatted(n(x), n(y - r * 1.15), n(r * 1.15), n(r * 2.1), n(-r * 2.3));
            case MANUAL ->
                    "<path class=\"manual\" d=\"M%s %sl%3$s %3$sl-%3$s %3$sl-%3$s -%3$sz\"/>"
                            .formatted(n(x), n(y - r * 1.25), n(r * 1.25));
        };
    }

    private static int rank(@Nullable Route route) {
        if (route == null) {
            return 0;
        }
        return switch (route) {
            case REPAIR -> 1;
            case REUSE -> 2;
            case MANUAL -> 3;
            case RECYCLE -> 4;
        };
    }

    private static Position.Globe centre(List<Position> all) {
        double latitude = 0;
        double east = 0;
        int count = 0;
        double first = Double.NaN;
        for (Position position : all) {
            if (position instanceof Position.Globe at) {
                first = Double.isNaN(first) ? at.longitude() : first;
                latitude += at.latitude();
                east += turned(at.longitude() - first);
                count++;
            }
        }
        return count == 0
                ? new Position.Globe(0, 0, null)
                : new Position.Globe(latitude / count, turned(first + east / count), null);
    }

    private static Spot spot(Position position, Position.Globe centre) {
        return switch (position) {
            case Position.Local at -> new Spot(at.x(), at.y());
            case Position.Globe at ->
                    new Spot(
                            EARTH_RADIUS
                                    * Math.cos(Math.toRadians(centre.latitude()))
                                    * Math.toRadians(turned(at.longitude() - centre.longitude())),
                            EARTH_RADIUS * Math.toRadians(at.latitude() - centre.latitude()));
        };
    }

    /// The same direction between -180 and 180 degrees, so that a way may cross the date line.
    private static double turned(double degrees) {
        return degrees - 360 * Math.rint(degrees / 360);
    }

    private double px(double x) {
        return MARGIN_LEFT + (x - left) * scale;
    }

    private double py(double y) {
        return MARGIN + plotHeight - (y - bottom) * scale;
    }

    /// 1, 2 or 5 times a power of ten, not above the given length by much.
    private static double nice(double length) {
        double power = Math.pow(10, Math.floor(Math.log10(length)));
        double leading = length / power;
        return power * (leading < 1.5 ? 1 : leading < 3.5 ? 2 : leading < 7.5 ? 5 : 10);
    }

    private static String label(double value, double step) {
        int digits = Math.max(0, (int) Math.ceil(-Math.log10(step) - 1e-9));
        // Not -0.
        return String.format(Locale.ROOT, "%." + digits + "f", value + 0.0)
                .replaceFirst("^-(?=0(\\.0*)?$)", "");
    }

    private static String n(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String escaped(String text) {
        return HtmlUtils.htmlEscape(text, "UTF-8");
    }

    private void append(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
