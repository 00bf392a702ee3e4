package io.retort.learning.training;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// Deals groups into folds: no group in two, labelled groups spread evenly over the folds, and
/// those of one label too.
public final class GroupFolds {

    private GroupFolds() {}

    /// Fold by group.
    ///
    /// @param folds at least 1; those after the last group stay empty
    public static Map<String, Integer> deal(List<Example> examples, int folds, long seed) {
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
            shuffle(groups, random);
            for (String group : groups) {
                dealt.put(group, next++ % folds);
            }
        }
        return dealt;
    }

    private static void shuffle(List<String> groups, SplittableRandom random) {
        for (int i = groups.size() - 1; i > 0; i--) {
            Collections.swap(groups, i, random.nextInt(i + 1));
        }
    }
}
