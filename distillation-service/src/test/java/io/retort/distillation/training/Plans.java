package io.retort.distillation.training;

import io.retort.distillation.Plant;
import io.retort.distillation.card.CardSettings;
import io.retort.distillation.gate.GateSettings;
import io.retort.learning.samples.HeldOut;
import io.retort.learning.training.Augmentation;
import io.retort.learning.training.Recipe;
import io.retort.learning.training.TrainingSettings;
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
        return new Plan(
                "student",
                Plant.schema(),
                modalities,
                heldOut,
                "retort-plain",
                null,
                settings(20),
                recipe,
                false,
                new GateSettings(2, 1, 0.2, false),
                null,
                new CardSettings(List.of(0.5)),
                "production",
                teacher);
    }

    static TrainingSettings settings(int epochs) {
        return new TrainingSettings(
                epochs, 1, 8, 5e-3, 1e-4, 1, 100, 1, 0, 0, Augmentation.slight(), 1);
    }
}
