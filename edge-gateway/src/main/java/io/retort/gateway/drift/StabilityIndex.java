package io.retort.gateway.drift;

/// Population stability index of shares p against reference shares q:
///
///     PSI = sum over bins of (p - q) ln(p / q)
///
/// the symmetric Kullback-Leibler divergence, in nats (Siddiqi 2006, "Credit Risk Scorecards"). By
/// custom, below 0.1 nothing has changed, and above 0.25 much has. Bins that either side has never
/// seen are smoothed with half an observation in each bin.
final class StabilityIndex {

    private StabilityIndex() {}

    /// @param captures that p was counted over, about
    /// @param references that q was counted over
    static double of(double[] p, double captures, double[] q, double references) {
        double sum = 0;
        for (int i = 0; i < p.length; i++) {
            double now = smoothed(p[i], captures, p.length);
            double then = smoothed(q[i], references, q.length);
            sum += (now - then) * Math.log(now / then);
        }
        return sum;
    }

    /// What the index is expected to be where nothing has changed: (bins - 1) (1/n + 1/m), as
    /// Yurdakul & Naranjo 2020 ("Statistical properties of the population stability index", Journal
    /// of Risk Model Validation) derive.
    static double noise(int bins, double captures, double references) {
        return (bins - 1) * (1 / captures + 1 / references);
    }

    private static double smoothed(double share, double count, int bins) {
        return (share * count + 0.5) / (count + 0.5 * bins);
    }
}
