package io.retort.fleet.dataset;

import java.util.Arrays;
import java.util.List;

/// Edges between parts that hold as many of some numbers each.
final class Quantiles {

    private Quantiles() {}

    /// The least number, those that part the rest into so many parts, and the greatest, linearly
    /// between neighbours (Hyndman & Fan 1996, definition 7). Equal ones are one edge; numbers that
    /// hardly vary have none.
    static List<Double> distinct(double[] numbers, int parts) {
        double[] sorted = numbers.clone();
        Arrays.sort(sorted);
        double[] edges = new double[parts + 1];
        for (int i = 0; sorted.length > 0 && i <= parts; i++) {
            double at = (double) i * (sorted.length - 1) / parts;
            int left = (int) at;
            int right = Math.min(left + 1, sorted.length - 1);
            double edge = sorted[left] + (at - left) * (sorted[right] - sorted[left]);
            // No negative zero, which is not below zero.
            edges[i] = edge + 0.0;
        }
        List<Double> distinct = Arrays.stream(edges).distinct().boxed().toList();
        return distinct.size() < 2 ? List.of() : distinct;
    }
}
