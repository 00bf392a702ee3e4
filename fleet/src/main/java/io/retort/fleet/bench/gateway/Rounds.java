package io.retort.fleet.bench.gateway;

import java.util.List;

/// A figure of each round, one after the other.
///
/// @param name stable path of what was measured, such as `64 px at 2 cores/gateway raw`
public record Rounds(String name, String metric, List<Double> values, String unit) {

    /// Rounds from which smallest and largest enclose the median of all rounds with 95 %: a median
    /// lies beyond n values with probability 2 x (1/2)^n (David and Nagaraja 2003, "Order
    /// Statistics", section 7.1).
    private static final int ENCLOSING = 6;

    public Rounds {
        values = List.copyOf(values);
        if (values.isEmpty()) {
            throw new IllegalArgumentException(name + ", " + metric + ": no round");
        }
    }

    public double median() {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /// Of a 95 % interval; the median where rounds are too few for one.
    public double low() {
        return values.size() < ENCLOSING
                ? median()
                : values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    }

    /// As [#low()].
    public double high() {
        return values.size() < ENCLOSING
                ? median()
                : values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    }
}
