package io.retort.fleet.dataset;

/// Mean and deviation of numbers seen once each (Welford 1962).
final class Moments {

    private long count;
    private double mean;
    private double squares;

    void add(double value) {
        count++;
        double apart = value - mean;
        mean += apart / count;
        squares += apart * (value - mean);
    }

    double mean() {
        return mean;
    }

    /// 1 where nothing varies beyond rounding, so that dividing by it is harmless.
    double deviation() {
        double deviation = count == 0 ? 0 : Math.sqrt(squares / count);
        return deviation <= 1e-6 * Math.abs(mean) || deviation == 0 ? 1 : deviation;
    }
}
