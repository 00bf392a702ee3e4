package io.retort.learning.evaluation;

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
/// Seeds are no objects: a caller that trained with several averages them per row first, or else
/// they count as more captures of the object.
///
/// An interval of no width means that all groups agreed, not that no other group ever would.
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
    }

    /// One row of one method.
    public record Score(String group, double value) {

        public Score {
            requireFinite(value);
        }
    }

    /// The order of the outcomes does not matter.
    ///
    /// @throws IllegalArgumentException for fewer than 2 groups or 100 resamples
    public static Difference of(List<Outcome> outcomes, int resamples, long seed) {
        List<Score> differences =
                outcomes.stream()
                        .map(outcome ->
                                new Score(outcome.group(), outcome.second() - outcome.first()))
                        .toList();
        Groups groups = Groups.of(differences);
        Resamples resampled = groups.resample(resamples, seed);
        return new Difference(resampled.interval(groups.mean()), resampled.belowZero());
    }

    /// Mean of one method.
    ///
    /// @throws IllegalArgumentException for fewer than 2 groups or 100 resamples
    public static Interval mean(List<Score> scores, int resamples, long seed) {
        Groups groups = Groups.of(scores);
        return groups.resample(resamples, seed).interval(groups.mean());
    }

    static void requireFinite(double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("outcome is " + value);
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

        double mean() {
            double sum = 0;
            int count = 0;
            for (int i = 0; i < sums.length; i++) {
                sum += sums[i];
                count += counts[i];
            }
            return sum / count;
        }

        Resamples resample(int resamples, long seed) {
            Resamples.require(resamples, sums.length);
            SplittableRandom random = new SplittableRandom(seed);
            double[] means = new double[resamples];
            for (int r = 0; r < resamples; r++) {
                double sum = 0;
                int count = 0;
                for (int i = 0; i < sums.length; i++) {
                    int drawn = random.nextInt(sums.length);
                    sum += sums[drawn];
                    count += counts[drawn];
                }
                means[r] = sum / count;
            }
            return new Resamples(means, sums.length);
        }
    }
}
