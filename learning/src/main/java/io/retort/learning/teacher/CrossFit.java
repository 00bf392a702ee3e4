package io.retort.learning.teacher;

import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.model.MultimodalModel;
import io.retort.learning.model.Weights;
import io.retort.learning.training.Assignment;
import io.retort.learning.training.Example;
import io.retort.learning.training.Progress;
import io.retort.learning.training.Recipe;
import io.retort.learning.training.SideBySide;
import io.retort.learning.training.Training;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// One training of an ensemble: every member, then what each says of its own fold.
final class CrossFit {

    /// A prime: teachers with neighbouring seeds share no member's.
    private static final long SEEDS = 7919;

    private final TeacherPlan plan;
    private final Architecture architecture;
    private final List<Example> examples;
    private final Folds folds;
    private final Consumer<Progress> progress;
    private final BooleanSupplier cancelled;
    private final SideBySide workers;
    private final int[] epochs;
    private final int planned;

    /// A member that learned.
    ///
    /// @param outputs of the examples in its fold, in their order
    private record Member(Weights weights, List<Map<String, float[]>> outputs) {}

    CrossFit(
            TeacherPlan plan,
            List<Example> annotated,
            Consumer<Progress> progress,
            BooleanSupplier cancelled) {
        this.plan = plan;
        this.architecture = Architectures.teacher(plan.schema());
        this.progress = progress;
        this.cancelled = cancelled;
        this.examples =
                annotated.stream()
                        .filter(Example::labelled)
                        .filter(e ->
                                plan.schema().modalities().keySet().stream()
                                        .anyMatch(e.inputs()::containsKey))
                        .toList();
        if (examples.size() < 2) {
            throw new IllegalArgumentException(
                    "a teacher needs 2 annotated captures or more, there are " + examples.size());
        }
        this.folds = Folds.deal(plan.schema(), examples, plan.networks(), plan.settings().seed());
        this.workers = new SideBySide(plan.workers());
        this.epochs = new int[folds.members()];
        int sum = 0;
        for (int member = 0; member < epochs.length; member++) {
            sum += plan.settings().epochsFor(training(member).size());
        }
        this.planned = sum;
    }

    Fitted run() {
        List<Callable<Member>> tasks = new ArrayList<>();
        for (int member = 0; member < folds.members(); member++) {
            int own = member;
            tasks.add(() -> train(own));
        }
        List<Member> members = workers.run(tasks);
        List<Example> inFolds = new ArrayList<>();
        List<Map<String, float[]>> outputs = new ArrayList<>();
        for (int member = 0; member < members.size(); member++) {
            inFolds.addAll(fold(member));
            outputs.addAll(members.get(member).outputs());
        }
        OutOfFold outOfFold =
                new OutOfFoldAnswers(plan.schema(), folds, inFolds, outputs).evaluate();
        return new Fitted(
                new EnsembleWeights(
                        plan.schema(),
                        folds,
                        members.stream().map(Member::weights).toList(),
                        outOfFold == null ? Map.of() : outOfFold.temperatures()),
                outOfFold);
    }

    private List<Example> training(int member) {
        return examples.stream().filter(e -> folds.learns(member, e.group())).toList();
    }

    private List<Example> fold(int member) {
        return examples.stream().filter(e -> !folds.learns(member, e.group())).toList();
    }

    private Member train(int member) {
        Weights weights =
                Training.run(
                        Assignment.of(
                                architecture,
                                plan.schema(),
                                training(member),
                                Recipe.annotations(),
                                plan.settings().withSeed(plan.settings().seed() + SEEDS * member)),
                        made -> tell(member, made),
                        workers.stoppedOr(cancelled));
        return new Member(
                weights,
                MultimodalModel.heads(
                        architecture,
                        weights,
                        fold(member).stream().map(Example::inputs).toList()));
    }

    private synchronized void tell(int member, Progress made) {
        epochs[member] = made.epoch();
        progress.accept(
                new Progress(
                        Arrays.stream(epochs).sum(),
                        planned,
                        made.loss(),
                        made.rate(),
                        made.examplesPerSecond()));
    }
}
