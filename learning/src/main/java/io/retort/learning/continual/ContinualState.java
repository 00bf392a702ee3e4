package io.retort.learning.continual;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.Schema;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.model.Weights;
import io.retort.learning.training.Example;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// All that goes from one task to the next.
///
/// @param student name in [Architectures]
/// @param schema of the classes known so far
/// @param tasks learnt so far
/// @param weights null before the first task
public record ContinualState(
        Strategy strategy,
        String student,
        Schema schema,
        int tasks,
        @Nullable Weights weights,
        Consolidation consolidation,
        ReplayMemory memory) {

    private static final String STATE = "state.json";
    private static final String SCHEMA = "schema.json";
    private static final String WEIGHTS = "weights.safetensors";
    private static final String FISHER = "fisher.safetensors";
    private static final String MEMORY = "memory.json";

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();

    public ContinualState {
        Architectures.requireStudent(student);
    }

    /// Before the first task.
    ///
    /// @param schema of the first task, or of fewer classes
    /// @param memory empty; what is not replayed is not kept
    public static ContinualState start(
            Strategy strategy, String student, Schema schema, double decay, ReplayMemory memory) {
        Consolidation.Mode mode = strategy.mode();
        return new ContinualState(
                strategy,
                student,
                schema,
                0,
                null,
                Consolidation.of(mode == null ? Consolidation.Mode.ONLINE : mode, decay),
                memory);
    }

    public Architecture architecture() {
        return Architectures.student(schema, student);
    }

    /// The same knowledge in a schema that has room for more.
    ///
    /// @throws InvalidRecordException naming what the new schema lacks
    ContinualState grown(Schema to, long seed) {
        Growth growth = Growth.between(schema, to);
        return new ContinualState(
                strategy,
                student,
                to,
                tasks,
                weights == null
                        ? null
                        : growth.weights(weights, Architectures.student(to, student), seed),
                consolidation.grown(growth),
                memory.grown(growth));
    }

    private record Summary(Strategy strategy, String student, int tasks, double decay) {}

    /// Writes a folder, whole or not at all: schema, weights, anchors with importances, and the ids
    /// of what is remembered, whose captures are kept elsewhere.
    ///
    /// @param folder that is not there yet
    public void save(Path folder) throws IOException {
        if (Files.exists(folder)) {
            throw new IOException(folder + " exists already");
        }
        Path part =
                Files.createTempDirectory(
                        Files.createDirectories(folder.toAbsolutePath().getParent()),
                        folder.getFileName() + ".part");
        Files.write(
                part.resolve(STATE),
                JSON.writeValueAsBytes(
                        new Summary(strategy, student, tasks, consolidation.decay())));
        Files.writeString(part.resolve(SCHEMA), schema.toJson());
        if (weights != null) {
            weights.save(part.resolve(WEIGHTS));
        }
        consolidation.save(part.resolve(FISHER));
        memory.save(part.resolve(MEMORY));
        Files.move(part, folder, StandardCopyOption.ATOMIC_MOVE);
    }

    /// @param captures finds an example, with targets of the folder's schema, by its id; null where
    ///   it is gone
    /// @throws IOException naming the file that is missing or damaged, or the capture that is gone
    public static ContinualState load(Path folder, Function<String, @Nullable Example> captures)
            throws IOException {
        Summary summary;
        Schema schema;
        try {
            summary = JSON.readValue(Files.readAllBytes(folder.resolve(STATE)), Summary.class);
            schema = Schema.parse(Files.readString(folder.resolve(SCHEMA)));
        } catch (JacksonException | InvalidRecordException e) {
            throw new IOException(folder + " holds no state: " + e.getMessage(), e);
        }
        ReplayMemory memory = ReplayMemory.load(folder.resolve(MEMORY), schema, captures);
        ContinualState start =
                start(summary.strategy(), summary.student(), schema, summary.decay(), memory);
        Weights weights = summary.tasks() == 0 ? null : Weights.load(folder.resolve(WEIGHTS));
        if (weights != null) {
            weights.requireFit(start.architecture());
        }
        return new ContinualState(
                summary.strategy(),
                summary.student(),
                schema,
                summary.tasks(),
                weights,
                start.consolidation().loaded(folder.resolve(FISHER)),
                memory);
    }
}
