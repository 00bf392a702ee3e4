package io.retort.distillation.gate;

import io.retort.contract.schema.Schema;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.model.MultimodalModel;
import io.retort.learning.model.Weights;
import io.retort.learning.training.Assignment;
import io.retort.learning.training.Example;
import io.retort.learning.training.Knowledge;
import io.retort.learning.training.Progress;
import io.retort.learning.training.Recipe;
import io.retort.learning.training.Training;
import io.retort.learning.training.TrainingSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What all candidates have in common: the same network, start, seed, examples at hand and number
/// of optimiser steps at the same rates.
///
/// @param initial null draws the weights from the seed
public record Course(
        Architecture architecture,
        Schema schema,
        TrainingSettings settings,
        @Nullable Weights initial) {

    /// How training is watched; called by the thread that trains.
    public record Watch(Consumer<Progress> progress, BooleanSupplier cancelled) {

        public static final Watch NONE = new Watch(_ -> {}, () -> false);
    }

    /// Epochs of one training.
    int epochs(List<Example> examples) {
        return settings.epochsFor(examples.size());
    }

    /// Epochs of all that [#train] trains for a candidate.
    public int epochs(Candidate candidate, List<Example> examples) {
        return switch (candidate.way()) {
            case TWIN, DISTILLED -> epochs(examples);
            case SELF_TRAINING -> 2 * epochs(examples);
        };
    }

    /// @param examples with annotations, a teacher's knowledge, or both
    /// @param checkpoints folder that a training which is cut short goes on from; null keeps none
    public Weights train(
            Candidate candidate, List<Example> examples, @Nullable Path checkpoints, Watch watch) {
        return switch (candidate.way()) {
            case TWIN -> twin(candidate.recipe(), examples, checkpoints, watch);
            case SELF_TRAINING ->
                    selfTrain(
                            candidate,
                            twin(Recipe.annotations(), examples, checkpoints, watch),
                            examples,
                            checkpoints,
                            watch);
            case DISTILLED -> run(candidate, examples, checkpoints, watch);
        };
    }

    /// Self-training from a twin that is there already.
    public Weights selfTrain(
            Candidate candidate,
            Weights twin,
            List<Example> examples,
            @Nullable Path checkpoints,
            Watch watch) {
        return run(candidate, selfTaught(twin, examples), checkpoints, watch);
    }

    /// Head outputs for each example.
    public List<Map<String, float[]>> answers(Weights weights, List<Example> examples) {
        return MultimodalModel.heads(
                architecture, weights, examples.stream().map(Example::inputs).toList());
    }

    /// Sees the labelled examples again and again, so that its epochs are as long as the others'.
    private Weights twin(
            Recipe recipe, List<Example> examples, @Nullable Path checkpoints, Watch watch) {
        List<Example> labelled = examples.stream().filter(Example::labelled).toList();
        if (labelled.isEmpty()) {
            throw new IllegalArgumentException("a twin needs annotations, there are none");
        }
        return run(
                new Candidate("twin", Candidate.Way.TWIN, recipe),
                repeated(labelled, examples.size()),
                checkpoints,
                watch);
    }

    private List<Example> selfTaught(Weights twin, List<Example> examples) {
        List<Map<String, float[]>> answers = answers(twin, examples);
        List<Example> taught = new ArrayList<>(examples.size());
        for (int i = 0; i < examples.size(); i++) {
            Example example = examples.get(i);
            taught.add(
                    example.taught(
                            example.labelled() ? null : new Knowledge(answers.get(i), Map.of())));
        }
        return taught;
    }

    private Weights run(
            Candidate candidate, List<Example> examples, @Nullable Path checkpoints, Watch watch) {
        Assignment assignment =
                Assignment.of(architecture, schema, examples, candidate.recipe(), settings)
                        .withInitial(initial)
                        .withCheckpoint(
                                checkpoints == null
                                        ? null
                                        : checkpoints.resolve(
                                                candidate.fileName() + ".checkpoint"));
        return Training.run(
                assignment,
                progress -> {
                    if (checkpoints != null) {
                        Curve.add(curveFile(candidate, checkpoints), progress);
                    }
                    watch.progress().accept(progress);
                },
                watch.cancelled());
    }

    /// How the last training of a candidate went, as long as its checkpoint is there.
    public Curve curve(Candidate candidate, Path checkpoints) {
        return Curve.read(curveFile(candidate, checkpoints));
    }

    private static Path curveFile(Candidate candidate, Path checkpoints) {
        return checkpoints.resolve(candidate.fileName() + ".curve");
    }

    /// The examples in their order, again and again up to a size: epochs of that size take the same
    /// steps whatever number of examples they are made of.
    static List<Example> repeated(List<Example> examples, int size) {
        List<Example> repeated = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            repeated.add(examples.get(i % examples.size()));
        }
        return repeated;
    }
}
