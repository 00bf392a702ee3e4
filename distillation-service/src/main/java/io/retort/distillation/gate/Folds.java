package io.retort.distillation.gate;

import io.retort.learning.training.Example;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// Deals groups into folds: no group in two, labelled groups spread evenly over the folds, and
/// those of one label too.
final class Folds {

    private Folds() {}

    /// Fold by group.
    static Map<String, Integer> deal(List<Example> examples, int folds, long seed) {
        Map<String, String> kinds = new TreeMap<>();
        for (Example example : examples) {
            // Any label serves: what matters is that equal ones are dealt one after another.
            kinds.merge(
                    example.group(),
                    example.labelled() ? new TreeMap<>(example.targets()).toString() : "",
                    (one, other) -> one.compareTo(other) >= 0 ? one : other);
        }
        Map<String, List<String>> byKind = new TreeMap<>(Comparator.reverseOrder());
        kinds.forEach(
                (group, kind) -> byKind.computeIfAbsent(kind, _ -> new ArrayList<>()).add(group));
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, Integer> dealt = new HashMap<>();
        int next = 0;
        for (List<String> groups : byKind.values()) {
            for (String group : shuffled(groups, random)) {
                dealt.put(group, next++ % folds);
            }
        }
        return new LinkedHashMap<>(dealt);
    }

    private static List<String> shuffled(Collection<String> groups, SplittableRandom random) {
        List<String> shuffled = new ArrayList<>(groups);
        for (int i = shuffled.size() - 1; i > 0; i--) {
            java.util.Collections.swap(shuffled, i, random.nextInt(i + 1));
        }
        return shuffled;
    }
}
