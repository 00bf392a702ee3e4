package io.retort.fleet.bench;

import io.retort.fleet.bench.BenchReport.Row;
import io.retort.learning.evaluation.Interval;
import io.retort.learning.evaluation.PairedBootstrap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/// Which captures each method named rightly. A capture that several seeds ask about counts once,
/// with the mean; intervals come from resampling objects, since seeds are no evidence about them.
final class Marks {

    private static final int RESAMPLES = 2000;

    private final Map<String, Map<String, Capture>> byMethod = new LinkedHashMap<>();
    private final long seed;

    /// @param seed of the resampling
    Marks(long seed) {
        this.seed = seed;
    }

    /// @param right by seed, 1 or 0
    private record Capture(String group, int truth, List<Integer> right) {
        double mean() {
            return right.stream().mapToInt(Integer::intValue).average().orElseThrow();
        }
    }

    /// @param answers class by capture
    void add(
            String method,
            List<String> ids,
            List<String> groups,
            List<Integer> truths,
            List<Integer> answers) {
        Map<String, Capture> own = byMethod.computeIfAbsent(method, _ -> new TreeMap<>());
        for (int i = 0; i < answers.size(); i++) {
            String group = groups.get(i);
            int truth = truths.get(i);
            own.computeIfAbsent(ids.get(i), _ -> new Capture(group, truth, new ArrayList<>()))
                    .right()
                    .add(answers.get(i) == truth ? 1 : 0);
        }
    }

    /// In the order in which they were first added.
    Set<String> methods() {
        return byMethod.keySet();
    }

    List<Row> accuracy(String name, String method) {
        Map<String, Capture> own = of(method);
        Interval accuracy = PairedBootstrap.mean(scores(method, own.keySet()), RESAMPLES, seed);
        double balanced =
                own.values().stream()
                        .mapToInt(Capture::truth)
                        .distinct()
                        .mapToDouble(k -> mean(own, k))
                        .average()
                        .orElseThrow();
        return List.of(
                Row.of(name, "accuracy", accuracy, "share"),
                Row.of(name, "balanced accuracy", balanced, own.size(), "share"));
    }

    /// How much more of the same captures one method names rightly than another.
    Row gain(String name, String metric, String over, String method) {
        Set<String> ids = of(method).keySet();
        return Row.of(
                name,
                metric,
                PairedBootstrap.of(scores(over, ids), scores(method, ids), RESAMPLES, seed)
                        .interval(),
                "share");
    }

    private List<PairedBootstrap.Score> scores(String method, Collection<String> ids) {
        Map<String, Capture> own = of(method);
        return ids.stream()
                .map(id -> Objects.requireNonNull(own.get(id)))
                .map(c -> new PairedBootstrap.Score(c.group(), c.mean()))
                .toList();
    }

    /// Rows by class; one that no capture is of has a recall of 0.
    List<Row> recalls(String name, String method, List<String> classes) {
        Map<String, Capture> own = of(method);
        List<Row> rows = new ArrayList<>();
        for (int k = 0; k < classes.size(); k++) {
            int truth = k;
            int n = (int) own.values().stream().filter(c -> c.truth() == truth).count();
            rows.add(Row.of(name, "recall " + classes.get(k), mean(own, k), n, "share"));
        }
        return rows;
    }

    private static double mean(Map<String, Capture> captures, int truth) {
        return captures.values().stream()
                .filter(c -> c.truth() == truth)
                .mapToDouble(Capture::mean)
                .average()
                .orElse(0);
    }

    private Map<String, Capture> of(String method) {
        return Objects.requireNonNull(byMethod.get(method), method);
    }
}
