package io.retort.gateway.drift;

import java.util.Arrays;

/// How often each of a few things was seen lately: every observation weighs (1 - 1/length) of the
/// one after it. For one thread at a time.
final class Window {

    /// Weights grow instead of all counts shrinking, and are brought back before they overflow.
    private static final double LARGEST = 1e100;

    private final double[] weights;
    private final double growth;
    private double weight = 1;
    private double total;
    private long seen;

    /// @param length observations that count, about
    Window(int bins, int length) {
        this.weights = new double[bins];
        this.growth = 1 / (1 - 1.0 / length);
    }

    void add(int bin) {
        weight *= growth;
        weights[bin] += weight;
        total += weight;
        seen++;
        if (weight > LARGEST) {
            for (int i = 0; i < weights.length; i++) {
                weights[i] /= weight;
            }
            total /= weight;
            weight = 1;
        }
    }

    /// All observations since the window began.
    long seen() {
        return seen;
    }

    /// How many of them count now, about.
    double size() {
        return Math.min((double) seen, total / weight);
    }

    /// Of each bin; they sum to 1.
    double[] shares() {
        return Arrays.stream(weights).map(w -> w / total).toArray();
    }
}
