package io.retort.distillation.sweep;

import io.retort.distillation.chart.Plot;
import io.retort.distillation.chart.Svg;
import java.awt.Color;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// What the students of a sweep reach against what they cost: time above, multiply-accumulates
/// below. Each front is drawn through and named; bars are intervals.
public final class FrontChart {

    private static final int WIDTH = 860;
    private static final int HEIGHT = 420;

    /// Costs that are further apart are drawn by their logarithms.
    private static final double DECADE = 10;

    private FrontChart() {}

    /// As SVG.
    ///
    /// @throws IllegalArgumentException where no row is measured
    public static String of(List<Row> rows) {
        List<Row.Measured> measured =
                rows.stream()
                        .filter(Row.Measured.class::isInstance)
                        .map(Row.Measured.class::cast)
                        .toList();
        if (measured.isEmpty()) {
            throw new IllegalArgumentException("no student was measured");
        }
        return """
        <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d">
        <g>%s</g>
        <g transform="translate(0,%d)">%s</g>
        </svg>
        """
                .formatted(
                        WIDTH,
                        2 * HEIGHT,
                        panel(
                                "median time of a call, microseconds",
                                measured,
                                Row.Measured::p50Micros,
                                Row.Measured::onLatencyFront),
                        HEIGHT,
                        panel(
                                "multiply-accumulates of a capture, millions",
                                measured,
                                row -> row.macs() / 1e6,
                                Row.Measured::onMacsFront));
    }

    private static String panel(
            String axis,
            List<Row.Measured> rows,
            ToDoubleFunction<Row.Measured> cost,
            Predicate<Row.Measured> onFront) {
        XYChart chart = Plot.chart(WIDTH, HEIGHT, axis, rows.getFirst().metric());
        XYStyler styler = chart.getStyler();
        styler.setLegendPosition(Styler.LegendPosition.OutsideE)
                .setLegendLayout(Styler.LegendLayout.Vertical);
        styler.setAnnotationTextFont(Plot.FONT).setAnnotationTextFontColor(Plot.INK);
        styler.setXAxisDecimalPattern("#,##0.##");
        double least = rows.stream().mapToDouble(cost).min().orElseThrow();
        double most = rows.stream().mapToDouble(cost).max().orElseThrow();
        styler.setXAxisLogarithmic(most > DECADE * least);
        styler.setXAxisMin(most > DECADE * least ? 0.8 * least : 0);
        styler.setXAxisMax(1.1 * most);
        double low = rows.stream().mapToDouble(row -> row.score().low()).min().orElseThrow();
        double high = rows.stream().mapToDouble(row -> row.score().high()).max().orElseThrow();
        double room = Math.max(Plot.MARGIN, 0.1 * (high - low));
        styler.setYAxisMin(low - room).setYAxisMax(high + room);
        List<Row.Measured> front =
                rows.stream().filter(onFront).sorted(Comparator.comparingDouble(cost)).toList();
        for (Row.Measured row : rows) {
            Plot.bar(
                    chart,
                    onFront.test(row) ? Plot.BLUE : Plot.GRID,
                    cost.applyAsDouble(row),
                    row.score());
        }
        joined(chart, front, cost);
        dots(chart, "beaten", Plot.GREY, rows.stream().filter(onFront.negate()).toList(), cost);
        for (int i = 0; i < front.size(); i++) {
            Row.Measured row = front.get(i);
            String number = Integer.toString(i + 1);
            dots(chart, number + "  " + row.candidate(), Plot.BLUE, List.of(row), cost);
            chart.addAnnotation(
                    new AnnotationText(
                            number, cost.applyAsDouble(row), row.score().high() + room / 2, false));
        }
        return Svg.of(chart);
    }

    private static void joined(
            XYChart chart, List<Row.Measured> front, ToDoubleFunction<Row.Measured> cost) {
        Plot.joined(
                        chart.addSeries(
                                "joined",
                                front.stream().mapToDouble(cost).toArray(),
                                front.stream().mapToDouble(row -> row.score().value()).toArray()),
                        Plot.BLUE,
                        1)
                .setShowInLegend(false);
    }

    private static void dots(
            XYChart chart,
            String name,
            Color colour,
            List<Row.Measured> rows,
            ToDoubleFunction<Row.Measured> cost) {
        List<Double> costs = new ArrayList<>();
        List<Double> scores = new ArrayList<>();
        for (Row.Measured row : rows) {
            costs.add(cost.applyAsDouble(row));
            scores.add(row.score().value());
        }
        Plot.dots(chart, name, colour, SeriesMarkers.CIRCLE, costs, scores);
    }
}
