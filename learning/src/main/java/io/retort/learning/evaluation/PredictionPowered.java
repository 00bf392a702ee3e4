package io.retort.learning.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// Compares two methods on few labelled and many unlabelled objects.
///
/// Agreement with a teacher's answer stands in for correctness where there is no label; what that
/// is wrong by is measured on the labelled objects and taken off (Angelopoulos et al. 2023,
/// "Prediction-powered inference", Science 382). With d = second - first against the truth and p
/// the same against the teacher, the estimate is that of PPI++ (Angelopoulos, Duchi and Zrnic 2023,
/// arXiv 2311.01453, section 2 and example 6.1):
///
/// ```
/// mean_labelled(d) + lambda (mean_unlabelled(p) - mean_labelled(p))
/// ```
///
/// lambda in [0, 1] minimises the variance: -Cov(a, b) / Var(b) with a the first mean and b the
/// bracket. A teacher that says nothing of d gets lambda near 0, and the labelled objects alone
/// decide; whatever lambda, a biased teacher does not bias the estimate. Covariances are between
/// groups, by the means' influence functions (as sandwich estimators of clustered data have them),
/// so captures of one object are not taken for independent.
///
/// The teacher must answer for labelled objects as it does for unlabelled ones, that is without
/// having been fitted on them; otherwise it agrees with the truth there and there alone, and the
/// bracket is no longer 0 on average.
///
/// The interval comes from resampling groups, those with labels and those without apart, so every
/// resample has as many labelled groups. lambda is estimated anew on each: with 15 objects its own
/// uncertainty matters. [Resamples] widens by the number of labelled groups, which is also the
/// interval's `n`.
public final class PredictionPowered {

    private PredictionPowered() {}

    /// One row with a label; more is better.
    ///
    /// @param group the physical object
    /// @param first what the first method reached against the truth
    /// @param firstProxy what it reached against the teacher's answer
    public record Labelled(
            String group, double first, double second, double firstProxy, double secondProxy) {

        public Labelled {
            PairedBootstrap.requireFinite(first);
            PairedBootstrap.requireFinite(second);
            PairedBootstrap.requireFinite(firstProxy);
            PairedBootstrap.requireFinite(secondProxy);
        }
    }

    /// One row without; its group may have labelled rows too.
    public record Unlabelled(String group, double firstProxy, double secondProxy) {

        public Unlabelled {
            PairedBootstrap.requireFinite(firstProxy);
            PairedBootstrap.requireFinite(secondProxy);
        }
    }

    /// The order of the rows does not matter. With fewer than 2 unlabelled groups, whose spread
    /// nothing shows, the labelled ones decide alone.
    ///
    /// @throws IllegalArgumentException for fewer than 2 labelled groups or 100 resamples
    public static Difference of(
            List<Labelled> labelled, List<Unlabelled> unlabelled, int resamples, long seed) {
        Groups groups = Groups.of(labelled, unlabelled);
        Resamples.require(resamples, groups.labelled);
        int[] weights = new int[groups.rows.length];
        Arrays.fill(weights, 1);
        double value = groups.estimate(weights);
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[resamples];
        for (int r = 0; r < resamples; r++) {
            groups.draw(weights, random);
            values[r] = groups.estimate(weights);
        }
        Resamples resampled = new Resamples(values, groups.labelled);
        return new Difference(resampled.interval(value), resampled.belowZero());
    }

    /// The weight that the unlabelled objects get, in [0, 1].
    public static double lambda(List<Labelled> labelled, List<Unlabelled> unlabelled) {
        Groups groups = Groups.of(labelled, unlabelled);
        int[] weights = new int[groups.rows.length];
        Arrays.fill(weights, 1);
        return groups.means(weights).lambda();
    }

    /// Sums and counts over one group's rows.
    private static final class Rows {
        int labelled;
        double truth;
        double proxy;
        int unlabelled;
        double unlabelledProxy;
    }

    /// Means over the rows of a resample, and how strongly to lean on the unlabelled ones.
    private record Means(double truth, double proxy, double unlabelledProxy, double lambda) {

        double estimate() {
            return truth + lambda * (unlabelledProxy - proxy);
        }
    }

    /// The first `labelled` of the rows are those of groups with labels.
    private record Groups(Rows[] rows, int labelled, boolean powered) {

        static Groups of(List<Labelled> labelled, List<Unlabelled> unlabelled) {
            Map<String, Rows> byName = new TreeMap<>();
            for (Labelled row : labelled) {
                Rows rows = byName.computeIfAbsent(row.group(), _ -> new Rows());
                rows.labelled++;
                rows.truth += row.second() - row.first();
                rows.proxy += row.secondProxy() - row.firstProxy();
            }
            for (Unlabelled row : unlabelled) {
                Rows rows = byName.computeIfAbsent(row.group(), _ -> new Rows());
                rows.unlabelled++;
                rows.unlabelledProxy += row.secondProxy() - row.firstProxy();
            }
            List<Rows> ordered = new ArrayList<>();
            byName.values().stream().filter(rows -> rows.labelled > 0).forEach(ordered::add);
            int first = ordered.size();
            byName.values().stream().filter(rows -> rows.labelled == 0).forEach(ordered::add);
            return new Groups(
                    ordered.toArray(Rows[]::new),
                    first,
                    ordered.stream().filter(rows -> rows.unlabelled > 0).count() > 1);
        }

        void draw(int[] weights, SplittableRandom random) {
            Arrays.fill(weights, 0);
            for (int i = 0; i < labelled; i++) {
                weights[random.nextInt(labelled)]++;
            }
            for (int i = labelled; i < rows.length; i++) {
                weights[random.nextInt(labelled, rows.length)]++;
            }
        }

        double estimate(int[] weights) {
            return means(weights).estimate();
        }

        Means means(int[] weights) {
            double n = 0;
            double truth = 0;
            double proxy = 0;
            double m = 0;
            double other = 0;
            for (int i = 0; i < rows.length; i++) {
                n += (double) weights[i] * rows[i].labelled;
                truth += weights[i] * rows[i].truth;
                proxy += weights[i] * rows[i].proxy;
                m += (double) weights[i] * rows[i].unlabelled;
                other += weights[i] * rows[i].unlabelledProxy;
            }
            truth /= n;
            proxy /= n;
            // A resample may miss the only groups that have both kinds of rows.
            if (!powered || m == 0) {
                return new Means(truth, proxy, proxy, 0);
            }
            other /= m;
            double covariance = 0;
            double variance = 0;
            for (int i = 0; i < rows.length; i++) {
                double a = (rows[i].truth - truth * rows[i].labelled) / n;
                double b =
                        (rows[i].unlabelledProxy - other * rows[i].unlabelled) / m
                                - (rows[i].proxy - proxy * rows[i].labelled) / n;
                covariance += weights[i] * a * b;
                variance += weights[i] * b * b;
            }
            double lambda = variance > 0 ? Math.clamp(-covariance / variance, 0, 1) : 0;
            return new Means(truth, proxy, other, lambda);
        }
    }
}
