package io.retort.distillation.chart;

import io.retort.learning.evaluation.Interval;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// What all pictures have in common, in colours that the colour-blind tell apart (Tol 2021, "Colour
/// schemes", bright).
public final class Plot {

    public static final Color BLUE = new Color(0x4477AA);
    public static final Color RED = new Color(0xEE6677);
    public static final Color INK = new Color(0x333333);
    public static final Color GREY = new Color(0x999999);
    public static final Color GRID = new Color(0xE4E4E4);
    public static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);

    private static final int LONGEST_LABEL = 40;

    /// Room for the dots of shares of none and of all.
    public static final double MARGIN = 0.03;

    private Plot() {}

    /// An empty picture.
    public static XYChart chart(int width, int height, String x, String y) {
        XYChart chart =
                new XYChartBuilder()
                        .width(width)
                        .height(height)
                        .xAxisTitle(x)
                        .yAxisTitle(y)
                        .build();
        style(chart.getStyler());
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
        chart.getStyler().setLegendLayout(Styler.LegendLayout.Horizontal);
        chart.getStyler().setXAxisDecimalPattern("0.0#").setYAxisDecimalPattern("0.0#");
        return chart;
    }

    /// Plain, and the same everywhere.
    public static void style(AxesChartStyler styler) {
        styler.setChartBackgroundColor(Color.WHITE)
                .setPlotBackgroundColor(Color.WHITE)
                .setPlotBorderVisible(false)
                .setChartFontColor(INK)
                .setLegendBackgroundColor(Color.WHITE)
                .setLegendBorderColor(Color.WHITE)
                .setLegendFont(FONT)
                .setPlotContentSize(1);
        styler.setAxisTickLabelsFont(FONT)
                .setAxisTickLabelsColor(INK)
                .setAxisTitleFont(FONT)
                .setAxisTickMarksColor(GRID)
                .setAxisTicksLineVisible(false)
                .setPlotGridLinesColor(GRID)
                .setPlotGridLinesStroke(new BasicStroke(1));
    }

    /// Two points or more, joined.
    public static void line(XYChart chart, Color colour, double[] x, double[] y) {
        String name = "line " + chart.getSeriesMap().size();
        joined(chart.addSeries(name, x, y), colour, 2).setShowInLegend(false);
    }

    /// One figure's interval, from below.
    public static void bar(XYChart chart, Color colour, double x, Interval figure) {
        line(chart, colour, new double[] {x, x}, new double[] {figure.low(), figure.high()});
    }

    /// Makes a line of a series, without dots.
    public static XYSeries joined(XYSeries series, Color colour, int width) {
        series.setMarker(SeriesMarkers.NONE);
        series.setLineColor(colour);
        series.setLineStyle(SeriesLines.SOLID);
        series.setLineWidth(width);
        return series;
    }

    /// What figures are compared with.
    public static void dashed(XYChart chart, String name, double[] x, double[] y) {
        XYSeries series = chart.addSeries(name, x, y);
        series.setMarker(SeriesMarkers.NONE);
        series.setLineColor(GREY);
        series.setLineStyle(SeriesLines.DASH_DASH);
        series.setLineWidth(1);
        series.setShowInLegend(false);
    }

    public static void dots(
            XYChart chart,
            String name,
            Color colour,
            Marker marker,
            List<Double> x,
            List<Double> y) {
        if (!x.isEmpty()) {
            XYSeries series = chart.addSeries(name, x, y);
            series.setLineStyle(SeriesLines.NONE);
            series.setMarker(marker);
            series.setMarkerColor(colour);
            series.setLineColor(colour);
        }
    }

    /// Short enough, and no two alike.
    public static List<String> labels(Collection<String> names) {
        List<String> labels = new ArrayList<>();
        Set<String> given = new HashSet<>();
        for (String name : names) {
            String label =
                    name.length() > LONGEST_LABEL
                            ? name.substring(0, LONGEST_LABEL - 1) + "\u2026"
                            : name;
            for (int i = 2; !given.add(label); i++) {
                label = label + " " + i;
            }
            labels.add(label.isBlank() ? "\u2026" : label);
        }
        return labels;
    }
}
