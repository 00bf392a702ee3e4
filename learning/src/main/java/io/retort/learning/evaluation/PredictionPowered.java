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
/// arXiv 2311.01453):
///
/// ```
/// mean_labelled(d) + lambda (mean_unlabelled(p) - mean_labelled(p))
/// ```
///
/// lambda in [0, 1] minimises the variance: -Cov(a, b) / Var(b) with a the first mean and b the
/// bracket (their power tuning). A teacher that says nothing of d gets lambda near 0, and the
/// labelled objects alone decide; whatever lambda, a biased teacher does not bias the estimate.
/// Covariances are between groups, by the means' influence functions (as sandwich estimators of
/// clustered data have them), so captures of one object are not taken for independent.
///
/// The teacher must answer for labelled objects as it does for unlabelled ones, that is without
/// having been fitted on them; otherwise it agrees with the truth there and there alone, and the
/// bracket is no longer 0 on average.
///
/// The interval comes from resampling groups, those with labels and those without apart, so every
/// resample has as many labelled groups. lambda is estimated anew on each: with 15 objects its own
/// uncertainty matters. [Resamples] widens by the number of labelled groups, which is also the
/// interval's `n`.
///
/// As in [PairedBootstrap], one more labelled group is imagined, for more reason still: a teacher
/// that errs once in 20 shows no error on 46 % of sets of 15 objects, and a student that learned
/// from it repeats its errors. In one half of the draws the teacher is wrong about the imagined
/// group (p is off by the largest difference seen, d is not), in the other it is right about a
/// difference (both are off alike); up and down as often.
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

        double truth() {
            return second - first;
        }

        double proxy() {
            return secondProxy - firstProxy;
        }
    }

    /// One row without; its group may have labelled rows too.
    public record Unlabelled(String group, double firstProxy, double secondProxy) {

        public Unlabelled {
            PairedBootstrap.requireFinite(firstProxy);
            PairedBootstrap.requireFinite(secondProxy);
        }

        double proxy() {
            return secondProxy - firstProxy;
        }
    }

    /// The order of the rows does not matter. With fewer than 2 groups with unlabelled rows, whose
    /// spread nothing shows, this is [PairedBootstrap#of] the labelled ones.
    ///
    /// @throws IllegalArgumentException for fewer than 2 labelled groups or 100 resamples
    public static Difference of(
            List<Labelled> labelled, List<Unlabelled> unlabelled, int resamples, long seed) {
        if (unlabelled.stream().map(Unlabelled::group).distinct().count() < 2) {
            return PairedBootstrap.of(
                    labelled.stream()
                            .map(row ->
                                    new PairedBootstrap.Outcome(
                                            row.group(), row.first(), row.second()))
                            .toList(),
                    resamples,
                    seed);
        }
        Groups groups = Groups.of(labelled, unlabelled);
        Resamples.require(resamples, groups.labelled);
        double value = groups.means(groups.whole()).estimate();
        SplittableRandom random = new SplittableRandom(seed);
        double[] weights = new double[groups.rows.length];
        double[] values = new double[resamples];
        for (int r = 0; r < resamples; r++) {
            groups.draw(weights, random);
            values[r] = groups.means(weights).estimate();
        }
        Resamples resampled = new Resamples(values, groups.labelled);
        return new Difference(groups.spread.clip(resampled.interval(value)), resampled.belowZero());
    }

    /// The weight that the unlabelled objects get, in [0, 1].
    public static double lambda(List<Labelled> labelled, List<Unlabelled> unlabelled) {
        Groups groups = Groups.of(labelled, unlabelled);
        return groups.means(groups.whole()).lambda();
    }

    /// Sums over one group's rows, and how many there are.
    private record Rows(
            double labelled,
            double truth,
            double proxy,
            double unlabelled,
            double unlabelledProxy) {

        static final Rows NONE = new Rows(0, 0, 0, 0, 0);

        Rows plus(Rows other) {
            return new Rows(
                    labelled + other.labelled,
                    truth + other.truth,
                    proxy + other.proxy,
                    unlabelled + other.unlabelled,
                    unlabelledProxy + other.unlabelledProxy);
        }
    }

    /// Means over the rows of a resample, and how strongly to lean on the unlabelled ones.
    private record Means(double truth, double proxy, double unlabelledProxy, double lambda) {

        double estimate() {
            return truth + lambda * (unlabelledProxy - proxy);
        }
    }

    /// @param rows of the groups with labels, then of those without, then of the four cases of the
    ///   imagined one
    private record Groups(
            Rows[] rows, int labelled, int unlabelled, PairedBootstrap.Spread spread) {

        private static final int CASES = 4;

        static Groups of(List<Labelled> labelled, List<Unlabelled> unlabelled) {
            Map<String, Rows> byName = new TreeMap<>();
            PairedBootstrap.Spread spread = new PairedBootstrap.Spread();
            for (Labelled row : labelled) {
                byName.merge(row.group(), new Rows(1, row.truth(), row.proxy(), 0, 0), Rows::plus);
                spread.score(row.first());
                spread.score(row.second());
                spread.score(row.firstProxy());
                spread.score(row.secondProxy());
                spread.difference(row.truth());
                spread.difference(row.proxy());
            }
            for (Unlabelled row : unlabelled) {
                byName.merge(row.group(), new Rows(0, 0, 0, 1, row.proxy()), Rows::plus);
                spread.score(row.firstProxy());
                spread.score(row.secondProxy());
                spread.difference(row.proxy());
            }
            List<Rows> rows = new ArrayList<>();
            byName.values().stream().filter(group -> group.labelled > 0).forEach(rows::add);
            int first = rows.size();
            Rows sum = rows.stream().reduce(Rows.NONE, Rows::plus);
            byName.values().stream().filter(group -> group.labelled == 0).forEach(rows::add);
            int second = rows.size() - first;
            rows.add(imagined(sum, first, 0, spread.largest()));
            rows.add(imagined(sum, first, 0, -spread.largest()));
            rows.add(imagined(sum, first, spread.largest(), spread.largest()));
            rows.add(imagined(sum, first, -spread.largest(), -spread.largest()));
            return new Groups(rows.toArray(Rows[]::new), first, second, spread);
        }

        /// A mean group but for what its difference and the teacher's opinion of it are off by.
        private static Rows imagined(Rows sum, int groups, double truth, double proxy) {
            return new Rows(
                    sum.labelled / groups,
                    (sum.truth + truth * sum.labelled) / groups,
                    (sum.proxy + proxy * sum.labelled) / groups,
                    0,
                    0);
        }

        /// Every group once, the imagined one in equal shares of its cases.
        double[] whole() {
            double[] weights = new double[rows.length];
            Arrays.fill(weights, 1);
            Arrays.fill(weights, labelled + unlabelled, rows.length, 1.0 / CASES);
            return weights;
        }

        void draw(double[] weights, SplittableRandom random) {
            Arrays.fill(weights, 0);
            for (int i = 0; i < labelled; i++) {
                int drawn = random.nextInt(labelled + 1);
                weights[drawn < labelled ? drawn : labelled + unlabelled + random.nextInt(CASES)]++;
            }
            for (int i = 0; i < unlabelled; i++) {
                weights[labelled + random.nextInt(unlabelled)]++;
            }
        }

        Means means(double[] weights) {
            double n = 0;
            double truth = 0;
            double proxy = 0;
            double m = 0;
            double other = 0;
            for (int i = 0; i < rows.length; i++) {
                n += weights[i] * rows[i].labelled;
                truth += weights[i] * rows[i].truth;
                proxy += weights[i] * rows[i].proxy;
                m += weights[i] * rows[i].unlabelled;
                other += weights[i] * rows[i].unlabelledProxy;
            }
            truth /= n;
            proxy /= n;
            // A resample may miss the only groups that have both kinds of rows.
            if (m == 0) {
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
