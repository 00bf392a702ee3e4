package io.retort.fleet.bench;

import io.retort.distillation.chart.Intervals;
import io.retort.distillation.chart.Plot;
import io.retort.distillation.chart.Svg;
import io.retort.fleet.bench.BenchReport.Row;
import io.retort.learning.evaluation.Interval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A report to look at: figures that have intervals as pictures, those of one kind side by side,
/// and a table of all. One file, which needs no network.
final class BenchPage {

    private static final String STYLE =
            """
            body { font: 15px/1.5 system-ui, sans-serif; color: #333; max-width: 76rem; margin: 2rem auto; padding: 0 1rem }
            figure { display: inline-block; margin: 0 1rem 1.5rem 0; max-width: 100% }
            figure svg { max-width: 100%; height: auto }
            figcaption { font-weight: 600 }
            table { border-collapse: collapse } td, th { padding: .15rem .8rem .15rem 0; text-align: left }
            td.number { text-align: right; font-variant-numeric: tabular-nums }
            tr:nth-child(even) { background: #f6f6f6 }
            """;

    private BenchPage() {}

    static void write(Path file, BenchReport report) throws IOException {
        StringBuilder page = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n");
        page.append("<meta charset=\"utf-8\">\n<title>").append(text(report.bench()));
        page.append("</title>\n<style>\n").append(STYLE).append("</style>\n</head>\n<body>\n<h1>");
        page.append(text(report.bench())).append("</h1>\n<p>");
        page.append(
                text(
                        "Commit %s, seed %d, %s, started %s, %.0f s. Bars are 95 %% intervals."
                                .formatted(
                                        report.commit(),
                                        report.seed(),
                                        report.machine(),
                                        report.started(),
                                        report.seconds())));
        page.append("</p>\n");
        if (Svg.possible()) {
            pictures(report.rows())
                    .forEach((title, rows) -> {
                        page.append("<figure><figcaption>")
                                .append(text(title))
                                .append("</figcaption>\n");
                        page.append(picture(rows)).append("</figure>\n");
                    });
        }
        table(page, report.rows());
        page.append("</body>\n</html>\n");
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, page);
    }

    /// Rows of one metric below one path, where several have intervals, in the order of the first.
    static Map<String, List<Row>> pictures(List<Row> rows) {
        Map<String, List<Row>> pictures = new LinkedHashMap<>();
        for (Row row : rows) {
            int slash = row.name().lastIndexOf('/');
            if (row.low() < row.high() && slash > 0 && !row.metric().contains("quartiles")) {
                String title = row.name().substring(0, slash) + ": " + row.metric();
                pictures.computeIfAbsent(title, _ -> new ArrayList<>()).add(row);
            }
        }
        pictures.values().removeIf(own -> own.size() < 2);
        return pictures;
    }

    private static String picture(List<Row> rows) {
        List<String> names =
                rows.stream()
                        .map(row -> row.name().substring(row.name().lastIndexOf('/') + 1))
                        .toList();
        List<Interval> figures =
                rows.stream()
                        .map(row -> new Interval(row.value(), row.low(), row.high(), row.n()))
                        .toList();
        return Intervals.of(
                scale(rows.getFirst()),
                names,
                List.of(new Intervals.Series("figure", Plot.BLUE, new ArrayList<>(figures))));
    }

    private static Intervals.Scale scale(Row row) {
        if (row.metric().startsWith("gain")) {
            return Intervals.Scale.GAIN;
        }
        if (row.unit().equals("share")) {
            return Intervals.Scale.ACCURACY;
        }
        return row.metric().contains("error") ? Intervals.Scale.ERROR : Intervals.Scale.MEASURED;
    }

    private static void table(StringBuilder page, List<Row> rows) {
        page.append(
                "<table>\n<tr><th>case<th>metric<th>value<th>95 % interval<th>n<th>unit</tr>\n");
        for (Row row : rows) {
            page.append("<tr><td>").append(text(row.name()));
            page.append("<td>").append(text(row.metric()));
            page.append("<td class=\"number\">").append(row.said(row.value()));
            page.append("<td class=\"number\">");
            if (row.low() < row.high()) {
                page.append(row.said(row.low())).append(" to ").append(row.said(row.high()));
            }
            page.append("<td class=\"number\">").append(row.n());
            page.append("<td>").append(text(row.unit())).append("</tr>\n");
        }
        page.append("</table>\n");
    }

    private static String text(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
