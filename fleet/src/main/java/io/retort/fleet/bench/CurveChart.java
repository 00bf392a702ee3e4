package io.retort.fleet.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Lines of shares over tasks as a self-contained SVG, a panel for each scenario.
final class CurveChart {

    private static final int WIDTH = 420;
    private static final int HEIGHT = 300;
    private static final int LEFT = 46;
    private static final int TOP = 36;
    private static final int RIGHT = 116;
    private static final int BOTTOM = 44;

    /// Told apart by the colour-blind too (Okabe & Ito 2008).
    private static final List<String> COLOURS =
            List.of("#999999", "#e69f00", "#d55e00", "#56b4e9", "#0072b2", "#000000", "#009e73");

    private CurveChart() {}

    /// @param curves by scenario and line: shares after each task
    static void write(Path file, Map<String, Map<String, List<Double>>> curves) throws IOException {
        StringBuilder svg = new StringBuilder();
        svg.append(
                """
                <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" \
                font-family="sans-serif" font-size="11">
                <rect width="100%%" height="100%%" fill="#ffffff"/>
                """
                        .formatted(WIDTH * curves.size(), HEIGHT));
        int panel = 0;
        for (Map.Entry<String, Map<String, List<Double>>> scenario : curves.entrySet()) {
            svg.append("<g transform=\"translate(%d,0)\">\n".formatted(WIDTH * panel));
            panel(svg, scenario.getKey(), scenario.getValue());
            svg.append("</g>\n");
            panel++;
        }
        svg.append("</svg>\n");
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, svg);
    }

    private static void panel(StringBuilder svg, String title, Map<String, List<Double>> lines) {
        int tasks = lines.values().stream().mapToInt(List::size).max().orElse(1);
        text(svg, LEFT, 20, "start", title + ": accuracy on all classes so far");
        for (int tenth = 0; tenth <= 10; tenth += 2) {
            double y = y(tenth / 10.0);
            svg.append(
                    String.format(
                            Locale.ROOT,
                            "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#dddddd\"/>%n",
                            LEFT,
                            y,
                            WIDTH - RIGHT,
                            y));
            text(svg, LEFT - 6, y + 4, "end", String.format(Locale.ROOT, "%.1f", tenth / 10.0));
        }
        for (int task = 0; task < tasks; task++) {
            text(svg, x(task, tasks), HEIGHT - BOTTOM + 16, "middle", String.valueOf(task + 1));
        }
        text(svg, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 10, "middle", "tasks learnt");
        int line = 0;
        for (Map.Entry<String, List<Double>> entry : lines.entrySet()) {
            String colour = COLOURS.get(line % COLOURS.size());
            StringBuilder points = new StringBuilder();
            for (int task = 0; task < entry.getValue().size(); task++) {
                points.append(
                        String.format(
                                Locale.ROOT,
                                "%.1f,%.1f ",
                                x(task, tasks),
                                y(entry.getValue().get(task))));
            }
            svg.append(
                    "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>%n"
                            .formatted(points.toString().strip(), colour));
            int at = TOP + 10 + 16 * line;
            svg.append(
                    "<rect x=\"%d\" y=\"%d\" width=\"12\" height=\"4\" fill=\"%s\"/>%n"
                            .formatted(WIDTH - RIGHT + 12, at, colour));
            text(svg, WIDTH - RIGHT + 30, at + 6, "start", entry.getKey());
            line++;
        }
    }

    private static double x(int task, int tasks) {
        return LEFT + 8 + (double) (WIDTH - LEFT - RIGHT - 16) * task / Math.max(1, tasks - 1);
    }

    private static double y(double share) {
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
        svg.append(
                String.format(
                        Locale.ROOT,
                        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
                        x,
                        y,
                        anchor,
                        text.replace("&", "&amp;").replace("<", "&lt;")));
    }
}
