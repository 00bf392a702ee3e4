package io.retort.gateway.inspection;

/// An estimated proportion with its 95 % interval, all in [0, 1].
record Share(double value, double low, double high) {

    /// The normal distribution's 97.5 % point.
    private static final double Z = 1.959963984540054;

    /// `hits` of `n` independent items, in Wilson's score interval (Wilson 1927, "Probable
    /// inference, the law of succession, and statistical inference").
    static Share of(long hits, long n) {
        return n == 0 ? unknown() : of((double) hits / n, (double) n);
    }

    /// A share of weights: `part` of `total`. Items that weigh differently count as fewer equal
    /// ones, `total² / squares` of them (Kish 1965, "Survey sampling", section 11.7), in Wilson's
    /// interval.
    ///
    /// @param squares sum of all items' squared weights
    static Share weighted(double part, double total, double squares) {
        return total > 0 ? of(Math.clamp(part / total, 0, 1), total * total / squares) : unknown();
    }

    /// A proportion that `n` items speak for, which need not be whole.
    static Share of(double p, double n) {
        double z2 = Z * Z;
        double centre = (p + z2 / (2 * n)) / (1 + z2 / n);
        double half = Z / (1 + z2 / n) * Math.sqrt(p * (1 - p) / n + z2 / (4 * n * n));
        // Rounding may leave the estimate a hair outside, where it is 0 or 1.
        return new Share(
                p,
                Math.clamp(Math.min(p, centre - half), 0, 1),
                Math.clamp(Math.max(p, centre + half), 0, 1));
    }

    private static Share unknown() {
        return new Share(0, 0, 1);
    }
}
