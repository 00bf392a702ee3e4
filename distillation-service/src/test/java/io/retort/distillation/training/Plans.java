package io.retort.distillation.training;

import io.retort.contract.schema.Schema;
import io.retort.distillation.Plant;
import io.retort.distillation.card.CardSettings;
import io.retort.distillation.export.Calibrator;
import io.retort.distillation.export.TargetProfile;
import io.retort.distillation.export.Variant;
import io.retort.distillation.gate.GateSettings;
import io.retort.learning.samples.HeldOut;
import io.retort.learning.training.Augmentation;
import io.retort.learning.training.Recipe;
import io.retort.learning.training.TrainingSettings;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Plans for the made-up plant.
public final class Plans {

    private Plans() {}

    /// A short training of a student that sees colours; a third of the objects is held out.
    public static Plan quick() {
        return of(
                List.of("rgb"),
                new HeldOut(Set.of("object-0", "object-1", "object-2", "object-3"), 0),
                Recipe.preset("default"),
                null);
    }

    static Plan of(
            List<String> modalities, HeldOut heldOut, Recipe recipe, @Nullable String teacher) {
        return of(Plant.schema(), modalities, heldOut, recipe, teacher, settings(20), null);
    }

    public static Plan of(
            Schema schema,
            List<String> modalities,
            HeldOut heldOut,
            Recipe recipe,
            @Nullable String teacher,
            TrainingSettings settings,
            @Nullable String warmStart) {
        return new Plan(
                "student",
                schema,
                modalities,
                heldOut,
                "retort-plain",
                null,
                settings,
                recipe,
                false,
                new GateSettings(2, 1, 0.2, false),
                warmStart,
                new CardSettings(List.of(0.5)),
                "production",
                teacher);
    }

    /// Two students at one size, on what [#quick] learns from.
    public static SweepOrder sweep(int epochs) {
        return new SweepOrder(
                Plant.schema(),
                List.of("rgb"),
                quick().heldOut(),
                List.of("retort-plain", "retort-separable-x0.25"),
                List.of(16),
                null,
                settings(epochs),
                Recipe.preset("default"),
                null,
                null);
    }

    /// Publishes every variant that is not useless, at whatever speed.
    static VariantSettings variants() {
        return variants(0);
    }

    /// Refuses what loses anything.
    static VariantSettings lossless() {
        return variants(Calibrator.NARROW_PERCENTILE, 0, 0);
    }

    static VariantSettings variants(double leastSpeedUp) {
        return variants(Calibrator.MSE, 0.5, leastSpeedUp);
    }

    private static VariantSettings variants(
            Calibrator calibrator, double largestDrop, double leastSpeedUp) {
        return new VariantSettings(
                Set.of(Variant.FP16),
                calibrator,
                TargetProfile.ANY,
                Duration.ZERO,
                0.005,
                largestDrop,
                leastSpeedUp,
                0.25,
                20);
    }

    static TrainingSettings settings(int epochs) {
        return new TrainingSettings(
                epochs, 1, 8, 5e-3, 1e-4, 1, 100, 1, 0, 0, Augmentation.slight(), 1);
    }
}
