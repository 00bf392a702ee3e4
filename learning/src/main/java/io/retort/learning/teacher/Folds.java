package io.retort.learning.teacher;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.contract.v1.SoftTarget.Exposure;
import io.retort.learning.training.Example;
import io.retort.learning.training.GroupFolds;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Which groups each member of an ensemble learns from: all of its training groups but those of the
/// fold that has the member's number (cross-fitting: Chernozhukov et al. 2018; of teachers, Dao et
/// al. 2021, "Knowledge distillation as semiparametric inference").
///
/// @param members folds too, unless there is one member, which learns from everything
/// @param dealt fold by group, from 0
/// @param shared groups that every member learns from, so that nobody can answer about them out of
///   fold: those without which a member would have no example of some class or head, about which it
///   could then only be wrong
public record Folds(int members, Map<String, Integer> dealt, Set<String> shared) {

    public Folds {
        dealt = Collections.unmodifiableMap(new TreeMap<>(dealt));
        shared = Collections.unmodifiableSet(new TreeSet<>(shared));
        if (members < 1) {
            throw new IllegalArgumentException("members: " + members + " is not allowed");
        }
        for (Map.Entry<String, Integer> entry : dealt.entrySet()) {
            if (entry.getValue() < 0 || entry.getValue() >= members || members == 1) {
                throw new IllegalArgumentException(
                        "group %s is in fold %d of %d members"
                                .formatted(entry.getKey(), entry.getValue(), members));
            }
            if (shared.contains(entry.getKey())) {
                throw new IllegalArgumentException(
                        "group " + entry.getKey() + " is in a fold and shared");
            }
        }
    }

    /// Deals the examples' groups; those that a member cannot do without are shared.
    ///
    /// @param annotated examples with labels
    /// @param networks more than groups make as many members as groups
    /// @throws IllegalArgumentException where several members would have a single group
    static Folds deal(Schema schema, List<Example> annotated, int networks, long seed) {
        Map<String, List<Example>> groups =
                annotated.stream()
                        .collect(
                                Collectors.groupingBy(
                                        Example::group, TreeMap::new, Collectors.toList()));
        if (networks == 1) {
            return new Folds(1, Map.of(), groups.keySet());
        }
        if (groups.size() < 2) {
            throw new IllegalArgumentException(
                    "a teacher of several networks needs annotations of 2 groups, there are "
                            + groups.size());
        }
        int members = Math.min(networks, groups.size());
        Map<String, Integer> dealt = GroupFolds.deal(annotated, members, seed);
        Set<String> shared = new HashSet<>();
        for (int fold = 0; fold < members; fold++) {
            share(schema, groups, dealt, shared, fold);
        }
        dealt.keySet().removeAll(shared);
        return new Folds(members, dealt, shared);
    }

    /// Takes from a fold what its member cannot do without: 2 examples, and one of every class.
    private static void share(
            Schema schema,
            Map<String, List<Example>> groups,
            Map<String, Integer> dealt,
            Set<String> shared,
            int fold) {
        Set<Category> known = new HashSet<>();
        int learned = 0;
        for (Map.Entry<String, List<Example>> group : groups.entrySet()) {
            if (shared.contains(group.getKey())
                    || Objects.requireNonNull(dealt.get(group.getKey())) != fold) {
                known.addAll(categories(schema, group.getValue()));
                learned += group.getValue().size();
            }
        }
        for (Map.Entry<String, List<Example>> group : groups.entrySet()) {
            if (!shared.contains(group.getKey())
                    && Objects.requireNonNull(dealt.get(group.getKey())) == fold) {
                Set<Category> own = categories(schema, group.getValue());
                if (learned < 2 || !known.containsAll(own)) {
                    shared.add(group.getKey());
                    known.addAll(own);
                    learned += group.getValue().size();
                }
            }
        }
    }

    /// A class of a head; of regression heads, that there is a label at all.
    private record Category(String head, int index) {}

    private static Set<Category> categories(Schema schema, Collection<Example> examples) {
        Set<Category> categories = new HashSet<>();
        for (Example example : examples) {
            example.targets()
                    .forEach((name, target) ->
                            categories.add(
                                    switch (schema.head(name)) {
                                        case ClassificationHead _ ->
                                                new Category(name, target.intValue());
                                        case RegressionHead _ -> new Category(name, 0);
                                    }));
        }
        return categories;
    }

    /// What the members that answer about a group learned of it.
    Exposure exposure(String group) {
        if (shared.contains(group)) {
            return Exposure.IN_SAMPLE;
        }
        return dealt.containsKey(group) ? Exposure.OUT_OF_FOLD : Exposure.UNSEEN;
    }

    /// Numbers of the members that answer about captures of a group.
    List<Integer> answering(String group) {
        Integer fold = dealt.get(group);
        return fold == null ? IntStream.range(0, members).boxed().toList() : List.of(fold);
    }

    /// Whether a member learns from the annotations of a training group.
    boolean learns(int member, String group) {
        Integer fold = dealt.get(group);
        return fold == null || fold != member;
    }
}
