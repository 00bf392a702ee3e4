package io.retort.learning.evaluation;

import java.util.Arrays;
import java.util.List;

/// How often each class was answered for each.
///
/// Every figure is finite: a share of nothing is 0 in [0, 1] with `n` 0, see [Interval#share].
///
/// @param counts a row per true class, in it a column per answered class
public record Confusion(List<String> classes, List<List<Integer>> counts) {

    public Confusion {
        classes = List.copyOf(classes);
        counts = counts.stream().map(List::copyOf).toList();
        int width = classes.size();
        if (counts.size() != width || counts.stream().anyMatch(row -> row.size() != width)) {
            throw new IllegalArgumentException(
                    "%d classes need %d rows of as many counts".formatted(width, width));
        }
        if (counts.stream().flatMap(List::stream).anyMatch(count -> count < 0)) {
            throw new IllegalArgumentException("counts below 0");
        }
    }

    /// @param truths index of the true class, per example
    /// @param answers index of the answered class, per example
    public static Confusion of(List<String> classes, int[] truths, int[] answers) {
        if (truths.length != answers.length) {
            throw new IllegalArgumentException(
                    "%d truths, %d answers".formatted(truths.length, answers.length));
        }
        int[][] counts = new int[classes.size()][classes.size()];
        for (int i = 0; i < truths.length; i++) {
            counts[truths[i]][answers[i]]++;
        }
        return new Confusion(
                classes,
                Arrays.stream(counts).map(row -> Arrays.stream(row).boxed().toList()).toList());
    }

    /// Examples counted.
    public int n() {
        int n = 0;
        for (int i = 0; i < classes.size(); i++) {
            n += truths(i);
        }
        return n;
    }

    public Interval accuracy() {
        int correct = 0;
        for (int i = 0; i < classes.size(); i++) {
            correct += hits(i);
        }
        return Interval.share(correct, n());
    }

    /// Mean recall of the classes that occur, 0 if none does.
    public double balancedAccuracy() {
        double sum = 0;
        int occurring = 0;
        for (int i = 0; i < classes.size(); i++) {
            if (truths(i) > 0) {
                sum += recall(i).value();
                occurring++;
            }
        }
        return occurring == 0 ? 0 : sum / occurring;
    }

    /// Share of what was answered as the class that is of it: the trade's purity. 0 in [0, 1] of 0
    /// where the class was never answered.
    public Interval precision(int index) {
        return Interval.share(hits(index), answers(index));
    }

    /// Share of the class that was answered as such: the trade's recovery. 0 in [0, 1] of 0 where
    /// the class never occurred.
    public Interval recall(int index) {
        return Interval.share(hits(index), truths(index));
    }

    /// Harmonic mean of precision and recall; 0 where the class was never hit, whatever the reason.
    public double f1(int index) {
        int both = truths(index) + answers(index);
        return both == 0 ? 0 : 2.0 * hits(index) / both;
    }

    /// Mean F1 of the classes that occur or are answered, 0 if none is (as scikit-learn has it).
    public double macroF1() {
        double sum = 0;
        int met = 0;
        for (int i = 0; i < classes.size(); i++) {
            if (truths(i) + answers(i) > 0) {
                sum += f1(i);
                met++;
            }
        }
        return met == 0 ? 0 : sum / met;
    }

    private int hits(int index) {
        return counts.get(index).get(index);
    }

    private int truths(int index) {
        int sum = 0;
        for (int count : counts.get(index)) {
            sum += count;
        }
        return sum;
    }

    private int answers(int index) {
        int sum = 0;
        for (List<Integer> row : counts) {
            sum += row.get(index);
        }
        return sum;
    }
}
