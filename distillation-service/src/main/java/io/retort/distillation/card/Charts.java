package io.retort.distillation.card;

import io.retort.distillation.chart.Intervals;
import io.retort.distillation.chart.Plot;
import io.retort.distillation.chart.Svg;
import io.retort.distillation.gate.Curve;
import io.retort.learning.evaluation.Confusion;
import io.retort.learning.evaluation.Interval;
import io.retort.learning.evaluation.Reliability;
import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.HeatMapStyler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// The card's pictures.
final class Charts {

    /// Light enough for black figures.
    private static final Color FULL = new Color(0x86AEDA);

    private static final int WIDTH = 720;

    /// Above this many classes a cell has no room for its count.
    private static final int MOST_COUNTED = 24;

    private Charts() {}

    /// A row per true class, darker where more of it was answered as the column's class.
    static String confusion(Confusion confusion) {
        int n = confusion.classes().size();
        int side = Math.clamp(26L * n + 190, 360, 1500);
        HeatMapChart chart =
                new HeatMapChartBuilder()
                        .width(Math.max(side, 520))
                        .height(side)
                        .xAxisTitle("answered")
                        .yAxisTitle("true")
                        .build();
        HeatMapStyler styler = chart.getStyler();
        Plot.style(styler);
        styler.setPiecewise(false)
                .setRangeColors(new Color[] {new Color(0xF2F6FB), FULL})
                .setShowValue(n <= MOST_COUNTED)
                .setValueFont(Plot.FONT)
                .setValueFontColor(Plot.INK)
                .setHeatMapValueDecimalPattern("0")
                .setDrawBorder(true);
        styler.setLegendVisible(false);
        styler.setPlotBorderVisible(true).setPlotBorderColor(Plot.GRID);
        styler.setPlotGridLinesVisible(false);
        styler.setXAxisLabelRotation(n > 3 ? 45 : 0);
        List<String> labels = Plot.labels(confusion.classes());
        List<Number[]> cells = new ArrayList<>();
        int most = 1;
        for (int truth = 0; truth < n; truth++) {
            for (int answer = 0; answer < n; answer++) {
                int count = confusion.counts().get(truth).get(answer);
                if (count > 0) {
                    cells.add(new Number[] {answer, n - 1 - truth, count});
                    most = Math.max(most, count);
                }
            }
        }
        chart.addSeries("captures", labels, labels.reversed(), cells);
        styler.setMin(0).setMax(most);
        return Svg.of(chart);
    }

    /// Accuracy against confidence; the broken line is a model that means what it says.
    static String reliability(Reliability reliability) {
        XYChart chart = Plot.chart(520, 400, "confidence", "accuracy");
        XYStyler styler = chart.getStyler();
        styler.setXAxisMin(-Plot.MARGIN).setXAxisMax(1 + Plot.MARGIN);
        styler.setYAxisMin(-Plot.MARGIN).setYAxisMax(1 + Plot.MARGIN);
        styler.setLegendVisible(false);
        Plot.dashed(chart, "perfect", new double[] {0, 1}, new double[] {0, 1});
        List<Double> confidences = new ArrayList<>();
        List<Double> accuracies = new ArrayList<>();
        for (Reliability.Bin bin : reliability.bins()) {
            if (bin.count() > 0) {
                int right = (int) Math.round(bin.accuracy() * bin.count());
                Interval interval = Interval.share(right, bin.count());
                Plot.bar(chart, Plot.BLUE, bin.confidence(), interval);
                confidences.add(bin.confidence());
                accuracies.add(bin.accuracy());
            }
        }
        Plot.dots(chart, "bins", Plot.BLUE, SeriesMarkers.CIRCLE, confidences, accuracies);
        return Svg.of(chart);
    }

    /// Loss by epoch.
    static String losses(Map<String, Curve> curves) {
        XYChart chart = Plot.chart(WIDTH, 320, "epoch", "loss");
        XYStyler styler = chart.getStyler();
        styler.setLegendVisible(curves.size() > 1);
        styler.setXAxisDecimalPattern("0");
        int longest = 2;
        double highest = 0;
        Color[] colours = {Plot.BLUE, Plot.RED};
        int number = 0;
        for (Map.Entry<String, Curve> curve : curves.entrySet()) {
            List<Double> epochs = new ArrayList<>();
            List<Double> losses = new ArrayList<>();
            for (Curve.Point point : curve.getValue().points()) {
                // Steps that are all equal make the library label as many as find room.
                epochs.add(point.epoch() + (epochs.isEmpty() ? 0.01 : 0));
                losses.add(point.loss());
                longest = Math.max(longest, point.epoch());
                highest = Math.max(highest, point.loss());
            }
            if (!epochs.isEmpty()) {
                Plot.joined(
                        chart.addSeries(curve.getKey(), epochs, losses),
                        colours[number++ % colours.length],
                        2);
            }
        }
        styler.setXAxisMin(1.0).setXAxisMax((double) longest);
        styler.setYAxisMin(0.0).setYAxisMax(highest > 0 ? 1.05 * highest : 1);
        return Svg.of(chart);
    }

    /// One head's figure by the number of labelled captures.
    ///
    /// @param figures by labels, in order
    static String byLabels(Intervals.Scale scale, Map<Integer, Interval> figures) {
        XYChart chart = Plot.chart(WIDTH, 320, "labelled captures", scale.title());
        XYStyler styler = chart.getStyler();
        styler.setLegendVisible(false);
        styler.setXAxisDecimalPattern("0");
        List<Double> labels = new ArrayList<>();
        List<Double> values = new ArrayList<>();
        double highest = 0;
        int most = 1;
        for (Map.Entry<Integer, Interval> figure : figures.entrySet()) {
            Interval interval = figure.getValue();
            double at = figure.getKey();
            Plot.bar(chart, Plot.BLUE, at, interval);
            labels.add(at);
            values.add(interval.value());
            highest = Math.max(highest, interval.high());
            most = Math.max(most, figure.getKey());
        }
        XYSeries joined = Plot.joined(chart.addSeries("joined", labels, values), Plot.BLUE, 1);
        joined.setMarker(SeriesMarkers.CIRCLE);
        joined.setMarkerColor(Plot.BLUE);
        styler.setXAxisMin(0.0).setXAxisMax(1.05 * most);
        double[] ends = scale.ends(0, highest);
        styler.setYAxisMin(ends[0]).setYAxisMax(ends[1]);
        return Svg.of(chart);
    }
}
