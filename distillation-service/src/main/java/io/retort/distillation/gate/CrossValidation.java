package io.retort.distillation.gate;

import io.retort.learning.model.Weights;
import io.retort.learning.training.Example;
import io.retort.learning.training.GroupFolds;
import io.retort.learning.training.SideBySide;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// Trains every candidate without some of the groups, and marks what it says of those.
///
/// @param checkpoints folder for the trainings' checkpoints; null keeps none
/// @param workers threads that train side by side
record CrossValidation(
        Course course, GateSettings settings, @Nullable Path checkpoints, int workers) {

    /// @return of every example that a round holds out
    List<Marks> marks(List<Candidate> candidates, List<Example> examples, Course.Watch watch) {
        List<Fold> folds = folds(examples);
        int epochs =
                folds.stream().mapToInt(f -> candidates.size() * course.epochs(f.training())).sum();
        List<List<Map<String, float[]>>> answers =
                answers(folds, candidates, new Ticker(epochs, watch).watch());
        List<Marks> marks = new ArrayList<>();
        for (int fold = 0; fold < folds.size(); fold++) {
            List<Example> heldOut = folds.get(fold).heldOut();
            for (int i = 0; i < heldOut.size(); i++) {
                List<Map<String, float[]>> own = new ArrayList<>();
                for (int c = 0; c < candidates.size(); c++) {
                    own.add(answers.get(fold * candidates.size() + c).get(i));
                }
                marks.add(Marks.of(course.schema(), heldOut.get(i), own));
            }
        }
        return marks;
    }

    private record Fold(int index, List<Example> training, List<Example> heldOut) {}

    private List<Fold> folds(List<Example> examples) {
        Map<String, Integer> dealt =
                GroupFolds.deal(examples, settings.folds(), course.settings().seed());
        List<Fold> folds = new ArrayList<>();
        for (int index = 0; index < settings.rounds(); index++) {
            Fold fold = new Fold(index, new ArrayList<>(), new ArrayList<>());
            for (Example example : examples) {
                (Objects.requireNonNull(dealt.get(example.group())) == index
                                ? fold.heldOut()
                                : fold.training())
                        .add(example);
            }
            folds.add(fold);
        }
        return folds;
    }

    /// Head outputs for the held-out examples, by fold and candidate within it.
    private List<List<Map<String, float[]>>> answers(
            List<Fold> folds, List<Candidate> candidates, Course.Watch watch) {
        SideBySide sideBySide = new SideBySide(workers);
        Course.Watch own =
                new Course.Watch(watch.progress(), sideBySide.stoppedOr(watch.cancelled()));
        List<Callable<List<List<Map<String, float[]>>>>> tasks = new ArrayList<>();
        for (Fold fold : folds) {
            for (List<Candidate> chain : chains(candidates)) {
                tasks.add(() -> answers(fold, chain, own));
            }
        }
        return sideBySide.run(tasks).stream().flatMap(List::stream).toList();
    }

    /// The candidates in their order; self-training stands behind the twin that labels for it,
    /// where it follows one.
    private static List<List<Candidate>> chains(List<Candidate> candidates) {
        List<List<Candidate>> chains = new ArrayList<>();
        for (Candidate candidate : candidates) {
            if (candidate.way() == Candidate.Way.SELF_TRAINING
                    && !chains.isEmpty()
                    && chains.getLast().getLast().way() == Candidate.Way.TWIN) {
                chains.getLast().add(candidate);
            } else {
                chains.add(new ArrayList<>(List.of(candidate)));
            }
        }
        return chains;
    }

    private List<List<Map<String, float[]>>> answers(
            Fold fold, List<Candidate> chain, Course.Watch watch) {
        Path own = checkpoints == null ? null : checkpoints.resolve("fold-" + fold.index());
        Weights first = course.train(chain.getFirst(), fold.training(), own, watch);
        List<List<Map<String, float[]>>> answers = new ArrayList<>();
        answers.add(course.answers(first, fold.heldOut()));
        for (Candidate candidate : chain.subList(1, chain.size())) {
            answers.add(
                    course.answers(
                            course.selfTrain(candidate, first, fold.training(), own, watch),
                            fold.heldOut()));
        }
        return answers;
    }
}
