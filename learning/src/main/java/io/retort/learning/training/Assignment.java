package io.retort.learning.training;

import io.retort.contract.schema.Schema;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.model.FakeQuantization;
import io.retort.learning.model.Weights;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Everything that decides what a run makes.
///
/// @param examples without a modality that the architecture takes, or without anything that the
///   recipe learns from, are left out
/// @param initial weights to start from, answering in the heads' units; null draws them from the
///   seed
/// @param penalties added to the loss
/// @param checkpoint file that a run which is cut short goes on from, to the same bits; null keeps
///   none
/// @param quantization that the network computes with; null for floats. Of a head in units, its
///   outputs have no steps, so that shares and units are alike
public record Assignment(
        Architecture architecture,
        Schema schema,
        List<Example> examples,
        Recipe recipe,
        TrainingSettings settings,
        @Nullable Weights initial,
        List<QuadraticPenalty> penalties,
        @Nullable Path checkpoint,
        @Nullable FakeQuantization quantization) {

    public Assignment {
        examples = List.copyOf(examples);
        penalties = List.copyOf(penalties);
    }

    public static Assignment of(
            Architecture architecture,
            Schema schema,
            List<Example> examples,
            Recipe recipe,
            TrainingSettings settings) {
        return new Assignment(
                architecture, schema, examples, recipe, settings, null, List.of(), null, null);
    }

    public Assignment withInitial(@Nullable Weights other) {
        return new Assignment(
                architecture,
                schema,
                examples,
                recipe,
                settings,
                other,
                penalties,
                checkpoint,
                quantization);
    }

    public Assignment withPenalties(List<QuadraticPenalty> other) {
        return new Assignment(
                architecture,
                schema,
                examples,
                recipe,
                settings,
                initial,
                other,
                checkpoint,
                quantization);
    }

    public Assignment withCheckpoint(@Nullable Path other) {
        return new Assignment(
                architecture,
                schema,
                examples,
                recipe,
                settings,
                initial,
                penalties,
                other,
                quantization);
    }

    public Assignment withSettings(TrainingSettings other) {
        return new Assignment(
                architecture,
                schema,
                examples,
                recipe,
                other,
                initial,
                penalties,
                checkpoint,
                quantization);
    }

    public Assignment withExamples(List<Example> other) {
        return new Assignment(
                architecture,
                schema,
                other,
                recipe,
                settings,
                initial,
                penalties,
                checkpoint,
                quantization);
    }

    /// As this, computing as an int8 file will.
    public Assignment withQuantization(FakeQuantization other) {
        return new Assignment(
                architecture,
                schema,
                examples,
                recipe,
                settings,
                initial,
                penalties,
                checkpoint,
                other);
    }
}
