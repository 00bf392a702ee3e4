package io.retort.distillation.card;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Schema;
import io.retort.distillation.gate.Candidate;
import io.retort.distillation.gate.Course;
import io.retort.distillation.gate.Ticker;
import io.retort.learning.evaluation.Evaluation;
import io.retort.learning.model.Weights;
import io.retort.learning.training.Example;
import io.retort.learning.training.SideBySide;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/// One point of the label-budget curve: what a student reaches that was trained as the published
/// one, but with some of its labels taken away. The teacher's soft targets stay as they are, though
/// the teacher itself may have learnt from those labels.
///
/// @param share of the labelled objects whose labels were kept
/// @param objects with a label
/// @param labelled captures with a label
/// @param evaluation on the held-out captures
public record Budget(double share, int objects, int labelled, Evaluation evaluation) {

    /// Fewer labelled objects than this are not worth a training.
    private static final int FEWEST = 2;

    /// Trains a student for each share. Those that would keep as many objects as another, or all,
    /// are left out.
    ///
    /// @param checkpoints folder that a training which is cut short goes on from
    /// @param workers threads that train side by side
    public static List<Budget> train(
            CardSettings settings,
            Course course,
            Candidate candidate,
            List<Example> training,
            List<Example> heldOut,
            Path checkpoints,
            int workers,
            Course.Watch watch) {
        List<String> order = order(course.schema(), training, course.settings().seed());
        SortedMap<Integer, Double> shares = new TreeMap<>();
        for (double share : heldOut.isEmpty() ? List.<Double>of() : settings.budgets()) {
            int objects = (int) Math.round(share * order.size());
            if (objects >= FEWEST && objects < order.size()) {
                shares.putIfAbsent(objects, share);
            }
        }
        SideBySide sideBySide = new SideBySide(workers);
        Course.Watch counted =
                new Ticker(shares.size() * course.epochs(candidate, training), watch).watch();
        Course.Watch own =
                new Course.Watch(counted.progress(), sideBySide.stoppedOr(watch.cancelled()));
        List<Callable<Budget>> tasks = new ArrayList<>();
        shares.forEach((objects, share) ->
                tasks.add(() -> {
                    Set<String> kept = new HashSet<>(order.subList(0, objects));
                    List<Example> fewer =
                            training.stream()
                                    .map(e -> kept.contains(e.group()) ? e : e.unlabelled())
                                    .toList();
                    Path folder = checkpoints.resolve("labels-of-" + objects);
                    Weights student = course.train(candidate, fewer, folder, own);
                    return new Budget(
                            share,
                            objects,
                            (int) fewer.stream().filter(Example::labelled).count(),
                            Evaluation.of(
                                    course.schema(), heldOut, course.answers(student, heldOut)));
                }));
        return sideBySide.run(tasks);
    }

    /// Labelled groups such that every beginning of the list has each class in about its share: the
    /// i-th of n of a class stands at (i - 1/2) / n, ties in random order.
    static List<String> order(Schema schema, List<Example> examples, long seed) {
        Map<String, String> kinds = new TreeMap<>();
        for (Example example : examples) {
            if (example.labelled()) {
                kinds.putIfAbsent(example.group(), classes(schema, example));
            }
        }
        List<String> shuffled = new ArrayList<>(kinds.keySet());
        Collections.shuffle(shuffled, new Random(seed));
        Map<String, Long> sizes =
                shuffled.stream().collect(Collectors.groupingBy(kinds::get, Collectors.counting()));
        Map<String, Integer> seen = new HashMap<>();
        Map<String, Double> places = new HashMap<>();
        for (String group : shuffled) {
            String kind = String.valueOf(kinds.get(group));
            int rank = seen.merge(kind, 1, Integer::sum);
            places.put(group, (rank - 0.5) / sizes.getOrDefault(kind, 1L));
        }
        shuffled.sort(Comparator.comparing(group -> places.getOrDefault(group, 1.0)));
        return shuffled;
    }

    private static String classes(Schema schema, Example example) {
        return example.targets().entrySet().stream()
                .filter(target -> schema.head(target.getKey()) instanceof ClassificationHead)
                .sorted(Map.Entry.comparingByKey())
                .map(Map.Entry::toString)
                .collect(Collectors.joining(","));
    }
}
