package io.retort.preprocessing;

import java.util.Arrays;
import java.util.List;

/// Quantiles, linearly between neighbours (Hyndman & Fan 1996, definition 7).
final class Quantiles {

    private Quantiles() {}

    /// @param sorted ascending, at least one
    /// @param share 0 to 1
    static double of(double[] sorted, double share) {
        double at = share * (sorted.length - 1);
        int left = (int) at;
        int right = Math.min(left + 1, sorted.length - 1);
        return sorted[left] + (at - left) * (sorted[right] - sorted[left]);
    }

    /// The least number, those that part the rest into so many parts, and the greatest. Equal ones
    /// are one edge; numbers that do not vary have none.
    static List<Double> edges(double[] numbers, int parts) {
        if (numbers.length == 0) {
            return List.of();
        }
        double[] sorted = numbers.clone();
        Arrays.sort(sorted);
        double[] edges = new double[parts + 1];
        for (int i = 0; i <= parts; i++) {
            // No negative zero, which is not below zero.
            edges[i] = of(sorted, (double) i / parts) + 0.0;
        }
        List<Double> distinct = Arrays.stream(edges).distinct().boxed().toList();
        return distinct.size() < 2 ? List.of() : distinct;
    }
}
