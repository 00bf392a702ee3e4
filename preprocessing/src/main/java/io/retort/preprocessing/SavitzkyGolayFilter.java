package io.retort.preprocessing;

import io.retort.contract.schema.SavitzkyGolay;
import java.util.Arrays;

/// Least squares over a moving window by polynomials that are orthogonal on the window's samples
/// (Gorry 1990, doi:10.1021/ac00205a007), which stays exact where normal equations do not. Samples
/// without a full window around them are read off the first or last window's polynomial.
final class SavitzkyGolayFilter {

    private final int window;

    /// Weights of a window's samples for the one in its middle.
    private final double[] centre;

    /// By degree: the polynomial over its squared norm, at the window's samples.
    private final double[][] analysis;

    /// By degree: the polynomial's derivative, per sample step, at the window's samples.
    private final double[][] synthesis;

    SavitzkyGolayFilter(SavitzkyGolay settings) {
        window = settings.window();
        double half = (window - 1) / 2.0;
        double[][][] polynomials = polynomials(settings, half);
        int degrees = polynomials.length;
        analysis = new double[degrees][window];
        synthesis = new double[degrees][window];
        centre = new double[window];
        double perStep = Math.pow(half, -settings.derivative());
        for (int degree = 0; degree < degrees; degree++) {
            double[] polynomial = polynomials[degree][0];
            double norm = squares(polynomial);
            for (int i = 0; i < window; i++) {
                analysis[degree][i] = polynomial[i] / norm;
                synthesis[degree][i] = polynomials[degree][settings.derivative()][i] * perStep;
            }
            for (int i = 0; i < window; i++) {
                centre[i] += analysis[degree][i] * synthesis[degree][window / 2];
            }
        }
    }

    /// As many values as came in, at least a window of them.
    double[] apply(double[] values) {
        double[] filtered = new double[values.length];
        int half = window / 2;
        int end = values.length - window;
        fit(values, 0, filtered, 0, half);
        for (int start = 0; start <= end; start++) {
            double sum = 0;
            for (int i = 0; i < window; i++) {
                sum += centre[i] * values[start + i];
            }
            filtered[start + half] = sum;
        }
        fit(values, end, filtered, half + 1, window);
        return filtered;
    }

    /// Fits the window that begins at `start` and reads off its samples `from` to before `to`.
    private void fit(double[] values, int start, double[] filtered, int from, int to) {
        for (int degree = 0; degree < analysis.length; degree++) {
            double coefficient = 0;
            for (int i = 0; i < window; i++) {
                coefficient += analysis[degree][i] * values[start + i];
            }
            for (int i = from; i < to; i++) {
                filtered[start + i] += coefficient * synthesis[degree][i];
            }
        }
    }

    /// By degree, derivative and sample, for x from -1 to 1 over the window. The three-term
    /// recurrence p(k) = x p(k-1) - b p(k-2), b = |p(k-1)|^2 / |p(k-2)|^2, differentiated by
    /// Leibniz' rule.
    private static double[][][] polynomials(SavitzkyGolay settings, double half) {
        int window = settings.window();
        double[][][] p = new double[settings.polynomial() + 1][settings.derivative() + 1][window];
        Arrays.fill(p[0][0], 1);
        for (int k = 1; k < p.length; k++) {
            double b = k == 1 ? 0 : squares(p[k - 1][0]) / squares(p[k - 2][0]);
            for (int m = 0; m <= settings.derivative(); m++) {
                for (int i = 0; i < window; i++) {
                    double x = (i - half) / half;
                    p[k][m][i] =
                            x * p[k - 1][m][i]
                                    + (m == 0 ? 0 : m * p[k - 1][m - 1][i])
                                    - (k == 1 ? 0 : b * p[k - 2][m][i]);
                }
            }
        }
        return p;
    }

    private static double squares(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value * value;
        }
        return sum;
    }
}
