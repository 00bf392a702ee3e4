package io.retort.distillation.chart;

import io.retort.learning.evaluation.Interval;
import java.awt.Color;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// Figures with their intervals, one below the other.
public final class Intervals {

    private static final int WIDTH = 720;
    private static final int ROW = 32;

    private Intervals() {}

    /// What an axis of figures shows.
    public enum Scale {
        SHARE("share"),
        ACCURACY("accuracy"),
        ERROR("mean absolute error"),
        MEASURED("as measured"),
        MARK("mark"),
        GAIN("gain");

        private final String title;

        Scale(String title) {
            this.title = title;
        }

        public String title() {
            return title;
        }

        /// @return the axis' ends
        public double[] ends(double low, double high) {
            return switch (this) {
                case SHARE, ACCURACY, MARK -> new double[] {-Plot.MARGIN, 1 + Plot.MARGIN};
                case ERROR, MEASURED -> {
                    double top = high > 0 ? 1.1 * high : 1;
                    yield new double[] {-Plot.MARGIN * top, top};
                }
                case GAIN -> {
                    double edge = Math.max(0.01, 0.05 * (high - low));
                    yield new double[] {Math.min(0, low) - edge, Math.max(0, high) + edge};
                }
            };
        }
    }

    /// Figures of one colour, one a row.
    ///
    /// @param figures null where a row has none
    public record Series(String name, Color colour, List<@Nullable Interval> figures) {

        /// Not [List#copyOf], which takes no null.
        public Series {
            figures = Collections.unmodifiableList(new ArrayList<>(figures));
        }
    }

    /// A row per name; a series' figures stand a little apart from the others'. A broken line
    /// stands where there is no gain.
    public static String of(Scale scale, List<String> names, List<Series> series) {
        int rows = names.size();
        int height = ROW * rows + (series.size() > 1 ? 100 : 70);
        XYChart chart = Plot.chart(WIDTH, height, scale.title, "");
        XYStyler styler = chart.getStyler();
        styler.setYAxisMin(0.5).setYAxisMax(rows + 0.5).setYAxisTickMarkSpacingHint(ROW);
        styler.setPlotGridHorizontalLinesVisible(false);
        styler.setYAxisTitleVisible(false);
        styler.setLegendVisible(series.size() > 1);
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (Series one : series) {
            for (Interval figure : one.figures()) {
                low = figure == null ? low : Math.min(low, figure.low());
                high = figure == null ? high : Math.max(high, figure.high());
            }
        }
        double[] ends = scale.ends(low, high);
        styler.setXAxisMin(ends[0]).setXAxisMax(ends[1]);
        List<String> labels = Plot.labels(names);
        chart.setCustomYAxisTickLabelsFormatter(y -> label(labels, y));
        if (scale == Scale.GAIN) {
            Plot.dashed(chart, "no gain", new double[] {0, 0}, new double[] {0.5, rows + 0.5});
        }
        for (int s = 0; s < series.size(); s++) {
            Series one = series.get(s);
            double apart = 0.3 * ((series.size() - 1) / 2.0 - s);
            List<Double> values = new ArrayList<>();
            List<Double> places = new ArrayList<>();
            for (int row = 0; row < rows; row++) {
                Interval figure = one.figures().get(row);
                if (figure != null) {
                    double place = rows - row + apart;
                    Plot.line(
                            chart,
                            one.colour(),
                            new double[] {figure.low(), figure.high()},
                            new double[] {place, place});
                    values.add(figure.value());
                    places.add(place);
                }
            }
            Marker marker = s == 0 ? SeriesMarkers.CIRCLE : SeriesMarkers.SQUARE;
            Plot.dots(chart, one.name(), one.colour(), marker, values, places);
        }
        return Svg.of(chart);
    }

    /// A label at every row, and something blank that is unlike all else in between: where two
    /// labels are equal, or those of both ends are, the library leaves labels out.
    private static String label(List<String> labels, double y) {
        long row = Math.round(y);
        if (Math.abs(y - row) > 1e-6) {
            return y < 1 ? " \u00A0" : "\u00A0 ";
        }
        if (row < 1) {
            return " ".repeat((int) Math.min(9, 1 - row));
        }
        return row > labels.size()
                ? "\u00A0".repeat((int) Math.min(9, row - labels.size()))
                : labels.get((int) (labels.size() - row));
    }
}
