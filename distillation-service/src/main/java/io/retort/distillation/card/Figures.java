package io.retort.distillation.card;

import io.retort.distillation.chart.Intervals;
import io.retort.learning.evaluation.HeadEvaluation;
import io.retort.learning.evaluation.Interval;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Figures as people read them. Brackets are 95 % intervals.
final class Figures {

    private Figures() {}

    static Interval interval(HeadEvaluation figure) {
        return new Interval(figure.value(), figure.low(), figure.high(), figure.n());
    }

    static boolean percentage(@Nullable HeadEvaluation figure) {
        return figure != null && figure.metric().equals("accuracy");
    }

    static Intervals.Scale scale(HeadEvaluation figure) {
        return percentage(figure) ? Intervals.Scale.ACCURACY : Intervals.Scale.ERROR;
    }

    static String metric(HeadEvaluation figure) {
        return percentage(figure) ? "accuracy" : "mean absolute error";
    }

    static String value(HeadEvaluation figure) {
        return percentage(figure) ? percent(figure.value()) : number(figure.value());
    }

    static String figure(@Nullable HeadEvaluation figure) {
        if (figure == null) {
            return "";
        }
        return value(figure) + " " + bounds(figure);
    }

    static String bounds(HeadEvaluation figure) {
        return percentage(figure)
                ? bounds(100 * figure.low(), 100 * figure.high(), "%.1f")
                : bounds(figure.low(), figure.high(), "%.3f");
    }

    static String figure(Interval share) {
        return percent(share.value()) + " " + bounds(100 * share.low(), 100 * share.high(), "%.1f");
    }

    static String gain(Interval share) {
        return String.format(Locale.ROOT, "%+.1f", 100 * share.value())
                + " "
                + bounds(100 * share.low(), 100 * share.high(), "%+.1f");
    }

    private static String bounds(double low, double high, String format) {
        return "["
                + String.format(Locale.ROOT, format, low)
                + ",\u00A0"
                + String.format(Locale.ROOT, format, high)
                + "]";
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f\u00A0%%", 100 * share);
    }

    static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    static String whole(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    static String millions(long value) {
        return String.format(Locale.ROOT, "%.1f M", value / 1e6);
    }

    static String kilobytes(long bytes) {
        return String.format(Locale.ROOT, "%,.0f kB", bytes / 1e3);
    }

    /// Percentage points.
    static String points(double share) {
        return String.format(Locale.ROOT, "%.1f", 100 * share);
    }
}
