package io.retort.preprocessing;

import java.util.Arrays;

/// Values on their way through the treatments, owned by one call.
///
/// @param resolution spread below which nothing but rounding is left: the wire's floats resolve
///   6e-8 of the largest value
record Spectrum(double[] values, double resolution) {

    private static final double RELATIVE_RESOLUTION = 1e-9;

    static Spectrum of(double[] values) {
        double largest = 0;
        for (double value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return new Spectrum(values, RELATIVE_RESOLUTION * largest);
    }

    /// Barnes, Dhanoa & Lister 1989, with their n - 1 in the standard deviation. A spectrum without
    /// spread becomes zeros.
    Spectrum standardNormalVariate() {
        double mean = 0;
        for (double value : values) {
            mean += value;
        }
        mean /= values.length;
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        double deviation = Math.sqrt(squares / (values.length - 1));
        if (deviation <= resolution) {
            Arrays.fill(values, 0);
            return new Spectrum(values, 0);
        }
        for (int i = 0; i < values.length; i++) {
            values[i] = (values[i] - mean) / deviation;
        }
        return of(values);
    }

    Spectrum filtered(SavitzkyGolayFilter filter) {
        return new Spectrum(filter.apply(values), resolution);
    }
}
