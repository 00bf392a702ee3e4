package io.retort.fleet.bench;

import io.retort.contract.Digests;
import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Schema;
import io.retort.fleet.dataset.Dataset;
import io.retort.fleet.dataset.DatasetFolder;
import io.retort.fleet.simulation.Simulation;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.continual.ContinualSettings;
import io.retort.learning.continual.Strategy;
import io.retort.learning.training.TrainingSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/// Classes of a dataset that arrive in tasks, as one student sees them.
///
/// @param name of its cases
/// @param source told apart from others by its settings, with the seed that it is drawn by
/// @param fold that is tested
/// @param tasks the first classification head's classes arrive in so many, in their order
/// @param side of images, in pixels
/// @param perClass examples that the memory keeps of each class
record Scenario(
        String name,
        String source,
        Supplier<Dataset> dataset,
        List<String> student,
        int fold,
        int tasks,
        int side,
        int perClass,
        TrainingSettings training) {

    private static final String STUDENT = Architectures.DEFAULT_STUDENT;
    private static final long SIMULATION = 1;

    /// Its student's network, for a schema.
    Architecture architecture(Schema schema) {
        return Architectures.student(schema, STUDENT);
    }

    /// What its cells depend on beside method and seed.
    String digest() {
        String text =
                List.of(
                                name,
                                source,
                                student,
                                fold,
                                tasks,
                                side,
                                perClass,
                                ContinualSettings.usual(Strategy.EWC, training),
                                ContinualSettings.usual(Strategy.EWC_REPLAY, training))
                        .toString();
        return Digests.sha256Hex(text.getBytes(StandardCharsets.UTF_8));
    }

    /// All materials of the simulation in 5 tasks of 10, as its schema lists them, seen by one
    /// sensor.
    static Scenario simulated(String modality, int perClass, boolean quick) {
        List<String> materials = ((ClassificationHead) Schema.article().head("material")).classes();
        int captures = materials.size() * (quick ? 30 : 90);
        return new Scenario(
                "simulation-" + modality,
                "simulation %d of %d".formatted(SIMULATION, captures),
                () -> new Simulation(SIMULATION, captures, materials, 0),
                List.of(modality),
                0,
                5,
                32,
                perClass,
                training(quick ? 8 : 20));
    }

    /// The classes of a dataset folder, in their order; fold 0 is tested.
    static Scenario folder(
            Path folder, List<String> student, int tasks, int perClass, boolean quick) {
        Dataset dataset = DatasetFolder.read(folder, 0);
        return new Scenario(
                dataset.schema().name() + "-" + String.join("-", student),
                "folder of %d, schema %s".formatted(dataset.size(), dataset.schema().digest()),
                () -> dataset,
                student,
                0,
                tasks,
                quick ? 32 : 48,
                perClass,
                training(quick ? 8 : 20));
    }

    private static TrainingSettings training(int epochs) {
        return TrainingSettings.student().withEpochs(epochs);
    }
}
