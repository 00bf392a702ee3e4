package io.retort.fleet.bench;

import io.retort.fleet.bench.BenchReport.Row;
import io.retort.learning.evaluation.Interval;
import io.retort.learning.evaluation.PairedBootstrap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/// How far methods are from numbers that are known. A capture that several seeds ask about counts
/// once, with the mean of what they answer; intervals come from resampling objects.
final class Errors {

    private static final int RESAMPLES = 2000;

    private final Map<String, Map<String, Capture>> byMethod = new LinkedHashMap<>();
    private final long seed;

    /// @param seed of the resampling
    Errors(long seed) {
        this.seed = seed;
    }

    /// @param answers by seed
    private record Capture(String group, double truth, List<Double> answers) {

        double answer() {
            return answers.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        }

        double error() {
            return Math.abs(answer() - truth);
        }
    }

    void add(
            String method,
            List<String> ids,
            List<String> groups,
            List<Double> truths,
            List<Double> answers) {
        Map<String, Capture> own = byMethod.computeIfAbsent(method, _ -> new TreeMap<>());
        for (int i = 0; i < answers.size(); i++) {
            String group = groups.get(i);
            double truth = truths.get(i);
            own.computeIfAbsent(ids.get(i), _ -> new Capture(group, truth, new ArrayList<>()))
                    .answers()
                    .add(answers.get(i));
        }
    }

    /// In the order in which they were first added.
    Set<String> methods() {
        return byMethod.keySet();
    }

    /// Mean absolute error, and Spearman's rank correlation, which asks for the order alone (1904);
    /// 0 where a method says the same of all.
    List<Row> rows(String name, String method) {
        Map<String, Capture> own = of(method);
        Interval error = PairedBootstrap.mean(scores(method), RESAMPLES, seed);
        return List.of(
                Row.of(name, "mean absolute error", error, "head's own"),
                Row.of(
                        name,
                        "rank correlation",
                        correlation(
                                ranks(own.values().stream().mapToDouble(Capture::truth).toArray()),
                                ranks(
                                        own.values().stream()
                                                .mapToDouble(Capture::answer)
                                                .toArray())),
                        own.size(),
                        "Spearman's"));
    }

    /// How much less wrong one method is than another about the same captures.
    Row gain(String name, String metric, String over, String method) {
        return Row.of(
                name,
                metric,
                PairedBootstrap.of(scores(method), scores(over), RESAMPLES, seed).interval(),
                "head's own");
    }

    /// The share of the truly greatest tenth that a method has in its own greatest tenth.
    Row greatestTenth(String name, String method) {
        Map<String, Capture> own = of(method);
        List<Capture> captures = List.copyOf(own.values());
        int tenth = Math.max(1, captures.size() / 10);
        Set<Integer> truly =
                greatest(captures.stream().mapToDouble(Capture::truth).toArray(), tenth);
        Set<Integer> said =
                greatest(captures.stream().mapToDouble(Capture::answer).toArray(), tenth);
        long both = said.stream().filter(truly::contains).count();
        return Row.of(name, "found of the greatest tenth", (double) both / tenth, tenth, "share");
    }

    private static Set<Integer> greatest(double[] values, int count) {
        Integer[] order = order(values);
        return Set.of(Arrays.copyOfRange(order, order.length - count, order.length));
    }

    private static Integer[] order(double[] values) {
        Integer[] order = new Integer[values.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> Double.compare(values[a], values[b]));
        return order;
    }

    /// Ascending from 0; equal values share the mean of their ranks.
    static double[] ranks(double[] values) {
        Integer[] order = order(values);
        double[] ranks = new double[values.length];
        for (int from = 0; from < order.length; ) {
            int to = from;
            while (to + 1 < order.length && values[order[to + 1]] == values[order[from]]) {
                to++;
            }
            for (int i = from; i <= to; i++) {
                ranks[order[i]] = (from + to) / 2.0;
            }
            from = to + 1;
        }
        return ranks;
    }

    /// Pearson's; 0 where one of them does not vary.
    static double correlation(double[] first, double[] second) {
        double middle = Arrays.stream(first).average().orElse(0);
        double other = Arrays.stream(second).average().orElse(0);
        double both = 0;
        double own = 0;
        double others = 0;
        for (int i = 0; i < first.length; i++) {
            both += (first[i] - middle) * (second[i] - other);
            own += (first[i] - middle) * (first[i] - middle);
            others += (second[i] - other) * (second[i] - other);
        }
        return own == 0 || others == 0 ? 0 : both / Math.sqrt(own * others);
    }

    private List<PairedBootstrap.Score> scores(String method) {
        return of(method).values().stream()
                .map(c -> new PairedBootstrap.Score(c.group(), c.error()))
                .toList();
    }

    private Map<String, Capture> of(String method) {
        return Objects.requireNonNull(byMethod.get(method), method);
    }
}
