package io.retort.learning.continual;

import io.retort.learning.architecture.Architecture;
import io.retort.learning.model.MultimodalModel;
import io.retort.learning.model.Prediction;
import io.retort.learning.model.Weights;
import io.retort.learning.training.Assignment;
import io.retort.learning.training.Example;
import io.retort.learning.training.Knowledge;
import io.retort.learning.training.Recipe;
import io.retort.learning.training.Schedule;
import io.retort.learning.training.Term;
import io.retort.learning.training.Training;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Learns one more task: the heads grow, the new examples are trained together with remembered ones
/// under the pull to earlier weights, and what mattered is noted for the next task.
public final class ContinualLearner {

    private ContinualLearner() {}

    /// @param before left as it is
    /// @param checkpoint of the training, as [Assignment]'s
    /// @param cancelled asked before every step and every measured example
    /// @throws CancellationException when cancelled
    public static ContinualState learn(
            ContinualState before,
            Task task,
            ContinualSettings settings,
            @Nullable Path checkpoint,
            Consumer<Stage> progress,
            BooleanSupplier cancelled) {
        Strategy strategy = before.strategy();
        ContinualState grown = before.grown(task.schema(), settings.training().seed());
        List<Example> replayed =
                strategy.replays() ? remembered(before, grown, settings) : List.of();
        List<Example> together =
                balanced(
                        grown.memory().head(),
                        task.examples(),
                        replayed,
                        settings.training().seed());
        Architecture architecture = grown.architecture();
        Weights weights =
                Training.run(
                        Assignment.of(
                                        architecture,
                                        task.schema(),
                                        together,
                                        recipe(settings, replayed),
                                        settings.training())
                                .withInitial(grown.weights())
                                .withPenalties(grown.consolidation().penalties(settings.strength()))
                                .withCheckpoint(checkpoint),
                        trained -> progress.accept(new Stage.Trained(trained)),
                        cancelled);
        return new ContinualState(
                strategy,
                before.student(),
                task.schema(),
                before.tasks() + 1,
                weights,
                strategy.mode() == null
                        ? grown.consolidation()
                        : grown.consolidation()
                                .after(
                                        weights,
                                        importance(
                                                grown, weights, together, settings, progress,
                                                cancelled)),
                strategy.replays()
                        ? grown.memory().with(task.schema(), task.examples())
                        : grown.memory());
    }

    private static Importance importance(
            ContinualState grown,
            Weights weights,
            List<Example> together,
            ContinualSettings settings,
            Consumer<Stage> progress,
            BooleanSupplier cancelled) {
        int samples = Math.min(settings.fisher().samples(), together.size());
        return settings.fisher()
                .of(
                        grown.architecture(),
                        grown.schema(),
                        weights,
                        together,
                        done -> progress.accept(new Stage.Measured(done, samples)),
                        cancelled);
    }

    private static Recipe recipe(ContinualSettings settings, List<Example> replayed) {
        Recipe recipe = settings.recipe();
        if (settings.distillation() == 0
                || replayed.isEmpty()
                || recipe.terms().stream().anyMatch(Term.Divergence.class::isInstance)) {
            return recipe;
        }
        List<Term> terms = new ArrayList<>(recipe.terms());
        terms.add(
                new Term.Divergence(
                        settings.distillation(), settings.temperature(), Schedule.ALWAYS));
        return new Recipe(recipe.name() + " and the student before", terms);
    }

    /// What is kept, in the new schema's terms; with what the student so far says of it where the
    /// settings distil from it.
    private static List<Example> remembered(
            ContinualState before, ContinualState grown, ContinualSettings settings) {
        List<Example> examples = grown.memory().examples();
        Weights weights = before.weights();
        if (settings.distillation() == 0 || weights == null || examples.isEmpty()) {
            return examples;
        }
        Growth growth = Growth.between(before.schema(), grown.schema());
        List<Example> taught = new ArrayList<>();
        try (MultimodalModel student = new MultimodalModel(before.architecture(), weights)) {
            List<Prediction> answers =
                    student.predict(examples.stream().map(Example::inputs).toList());
            for (int i = 0; i < examples.size(); i++) {
                Prediction answer = answers.get(i);
                taught.add(
                        examples.get(i)
                                .taught(
                                        new Knowledge(
                                                growth.logits(answer.heads()),
                                                answer.features(),
                                                answer.attention())));
            }
        }
        return taught;
    }

    /// The new examples, and remembered ones as often again as makes each of their classes as
    /// frequent as the new classes are on average.
    static List<Example> balanced(
            String head, List<Example> arrived, List<Example> replayed, long seed) {
        Map<Float, List<Example>> old = byClass(head, replayed);
        Map<Float, List<Example>> now = byClass(head, arrived);
        List<Example> together = new ArrayList<>(arrived);
        if (now.isEmpty()) {
            together.addAll(replayed);
            return together;
        }
        int labelled = now.values().stream().mapToInt(List::size).sum();
        int wanted = Math.ceilDiv(labelled, now.size());
        Random random = new Random(seed);
        old.forEach((category, examples) -> {
            int missing =
                    Math.max(
                            examples.size(), wanted - now.getOrDefault(category, List.of()).size());
            List<Example> shuffled = new ArrayList<>(examples);
            Collections.shuffle(shuffled, random);
            for (int i = 0; i < missing; i++) {
                together.add(shuffled.get(i % shuffled.size()));
            }
        });
        return together;
    }

    private static Map<Float, List<Example>> byClass(String head, List<Example> examples) {
        Map<Float, List<Example>> byClass = new LinkedHashMap<>();
        for (Example example : examples) {
            Float category = example.targets().get(head);
            if (category != null) {
                byClass.computeIfAbsent(category, _ -> new ArrayList<>()).add(example);
            }
        }
        return byClass;
    }
}
