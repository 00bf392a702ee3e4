package io.retort.learning.evaluation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// Compares two methods on the same objects.
///
/// Captures of one object resemble each other, so whole groups are drawn with replacement, as many
/// as there are, each with all of its rows (Efron and Tibshirani 1993, "An introduction to the
/// bootstrap", chapter 8; Field and Welsh 2007, "Bootstrapping clustered data"). The figure is the
/// mean over rows. [Resamples] says which interval is taken and why.
///
/// Methods that differ on one object in 20 differ on none of 15 in 46 % of cases, and drawing from
/// those alone would give an interval without width. So one more group is drawn from, imagined as
/// better than the mean by the largest difference seen in one half of the draws, and as much worse
/// in the other. Agresti and Min (2005, "Simple improved confidence intervals for comparing matched
/// proportions") add a half to each cell of the table of pairs for that reason. The figure itself
/// stays what it is, and among 100 groups the imagined one is hardly felt. Where no row differs at
/// all, the range of the scores is the largest difference: 1 for answers that are right or wrong.
///
/// Seeds are no objects: a caller that trained with several averages them per row first, or else
/// they count as more captures of the object.
public final class PairedBootstrap {

    private PairedBootstrap() {}

    /// One row: what both methods reached on one capture, or on one object, for example 1 for a
    /// correct answer or the share of seeds that were correct; more is better.
    ///
    /// @param group the physical object
    public record Outcome(String group, double first, double second) {

        public Outcome {
            requireFinite(first);
            requireFinite(second);
        }

        double difference() {
            return second - first;
        }
    }

    /// One row of one method.
    public record Score(String group, double value) {

        public Score {
            requireFinite(value);
        }
    }

    /// The order of the outcomes does not matter. The interval reaches no further than scores seen
    /// are apart.
    ///
    /// @throws IllegalArgumentException for fewer than 2 groups or 100 resamples
    public static Difference of(List<Outcome> outcomes, int resamples, long seed) {
        Groups groups =
                Groups.of(
                        outcomes.stream()
                                .map(outcome -> new Score(outcome.group(), outcome.difference()))
                                .toList());
        Spread spread = new Spread();
        for (Outcome outcome : outcomes) {
            spread.score(outcome.first());
            spread.score(outcome.second());
            spread.difference(outcome.difference());
        }
        Resamples resampled = groups.resample(spread.largest(), resamples, seed);
        return new Difference(
                spread.clip(resampled.interval(groups.mean())), resampled.belowZero());
    }

    /// The same of two methods' scores on the same captures.
    ///
    /// @param first by capture
    /// @param second of the same captures in the same order
    public static Difference of(List<Score> first, List<Score> second, int resamples, long seed) {
        if (first.size() != second.size()) {
            throw new IllegalArgumentException(
                    "%d scores beside %d".formatted(first.size(), second.size()));
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < first.size(); i++) {
            Score one = first.get(i);
            Score other = second.get(i);
            if (!one.group().equals(other.group())) {
                throw new IllegalArgumentException(
                        "score %d is of %s beside %s".formatted(i, one.group(), other.group()));
            }
            outcomes.add(new Outcome(one.group(), one.value(), other.value()));
        }
        return of(outcomes, resamples, seed);
    }

    /// Mean of one method, no group being imagined: scores that are all equal leave no width. For a
    /// share near 0 or 1 of few objects take [Interval#share].
    ///
    /// @throws IllegalArgumentException for fewer than 2 groups or 100 resamples
    public static Interval mean(List<Score> scores, int resamples, long seed) {
        Groups groups = Groups.of(scores);
        return groups.resample(0, resamples, seed).interval(groups.mean());
    }

    static void requireFinite(double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("outcome is " + value);
        }
    }

    /// How far scores and pairs of scores are apart.
    static final class Spread {

        private double lowest = Double.POSITIVE_INFINITY;
        private double highest = Double.NEGATIVE_INFINITY;
        private double largest;

        void score(double score) {
            lowest = Math.min(lowest, score);
            highest = Math.max(highest, score);
        }

        void difference(double difference) {
            largest = Math.max(largest, Math.abs(difference));
        }

        double largest() {
            return largest > 0 ? largest : highest - lowest;
        }

        Interval clip(Interval interval) {
            double range = highest - lowest;
            return new Interval(
                    interval.value(),
                    Math.clamp(interval.low(), -range, range),
                    Math.clamp(interval.high(), -range, range),
                    interval.n());
        }
    }

    /// Sum and count of each group's rows.
    private record Groups(double[] sums, int[] counts) {

        static Groups of(List<Score> scores) {
            TreeMap<String, double[]> byName = new TreeMap<>();
            for (Score score : scores) {
                double[] group = byName.computeIfAbsent(score.group(), _ -> new double[2]);
                group[0] += score.value();
                group[1]++;
            }
            Collection<double[]> groups = byName.values();
            return new Groups(
                    groups.stream().mapToDouble(group -> group[0]).toArray(),
                    groups.stream().mapToInt(group -> (int) group[1]).toArray());
        }

        double rows() {
            double rows = 0;
            for (int count : counts) {
                rows += count;
            }
            return rows;
        }

        double mean() {
            double sum = 0;
            for (double value : sums) {
                sum += value;
            }
            return sum / rows();
        }

        /// @param apart what the imagined group is off by; 0 for none
        Resamples resample(double apart, int resamples, long seed) {
            int n = sums.length;
            Resamples.require(resamples, n);
            double mean = mean();
            double rows = rows() / n;
            SplittableRandom random = new SplittableRandom(seed);
            double[] means = new double[resamples];
            for (int r = 0; r < resamples; r++) {
                double sum = 0;
                double count = 0;
                for (int i = 0; i < n; i++) {
                    int drawn = random.nextInt(apart > 0 ? n + 1 : n);
                    if (drawn < n) {
                        sum += sums[drawn];
                        count += counts[drawn];
                    } else {
                        sum += rows * (mean + (random.nextBoolean() ? apart : -apart));
                        count += rows;
                    }
                }
                means[r] = sum / count;
            }
            return new Resamples(means, n);
        }
    }
}
