package io.retort.distillation.training;

import io.retort.contract.schema.Schema;
import io.retort.distillation.evaluation.Comparison;
import io.retort.distillation.evaluation.Examination;
import io.retort.distillation.export.Export;
import io.retort.distillation.export.Exported;
import io.retort.distillation.progress.Phase;
import io.retort.distillation.progress.Run;
import io.retort.distillation.publishing.Artifact;
import io.retort.distillation.publishing.Registry;
import io.retort.distillation.publishing.Release;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.model.Weights;
import io.retort.learning.samples.SampleStore;
import io.retort.learning.samples.Snapshot;
import io.retort.learning.training.Example;
import io.retort.learning.training.Objective;
import io.retort.learning.training.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// One job, from frozen samples to a published student. Reads forward.
@Component
public final class Distillation {

    private final SampleStore samples;
    private final DistillationSettings settings;
    private final Registry registry;
    private final JsonMapper json;
    private final Clock clock;

    Distillation(
            SampleStore samples,
            DistillationSettings settings,
            Registry registry,
            JsonMapper json,
            Clock clock) {
        this.samples = samples;
        this.settings = settings;
        this.registry = registry;
        this.json = json;
        this.clock = clock;
    }

    /// @param folder of the job, where its files stay
    /// @throws java.util.concurrent.CancellationException with the run
    public Result run(Plan plan, Path folder, Run run) throws IOException {
        Instant started = clock.instant();
        Files.createDirectories(folder);

        run.enter(Phase.FREEZING);
        Material material = Material.of(samples.samples(plan.schema().name()), plan, run);
        material.requireEnough(plan);
        Snapshot snapshot = Snapshot.freeze(settings.snapshots(), material.samples());
        List<Example> training = material.learnt();
        Schema schema = plan.studentSchema();
        Architecture architecture = Architectures.student(schema);

        run.enter(Phase.STUDENT);
        Weights student =
                Training.run(
                        architecture,
                        schema,
                        training,
                        plan.objective(),
                        plan.settings(),
                        run::epoch,
                        run::cancelled);

        run.enter(Phase.TWIN);
        @Nullable Weights twin = twin(architecture, material, plan, run);

        run.enter(Phase.EXPORT);
        Provenance provenance =
                Provenance.of(plan, architecture, snapshot, material, settings.commit());
        Exported exported =
                Export.write(
                        architecture,
                        student,
                        schema,
                        metadata(plan, provenance),
                        inputs(spread(training, settings.calibration())),
                        withGaps(inputs(spread(training, settings.parity()))),
                        folder);

        run.enter(Phase.EVALUATION);
        Examination examination = new Examination(schema, material.training(), material.heldOut());
        Comparison comparison =
                new Comparison(
                        material.heldOut().size(),
                        examination.network(architecture, student),
                        examination.file(exported.fp32()),
                        examination.file(exported.int8()),
                        twin == null ? null : examination.network(architecture, twin),
                        examination.constant());

        Distilled distilled =
                distilled(plan, architecture, provenance, material, exported, comparison, started);
        distilled.write(folder, json);
        return publish(folder, run);
    }

    /// Whether a job came as far as to leave a model in its folder.
    public boolean canPublish(Path folder) {
        return Distilled.isIn(folder);
    }

    /// Publishes the model that a job left in its folder. Doing so twice makes one version.
    public Result publish(Path folder, Run run) throws IOException {
        Distilled distilled = Distilled.read(folder, json);
        run.enter(Phase.PUBLISHING);
        int version = registry.publish(distilled.release(), folder, run);
        return distilled.result().published(version, distilled.release().alias());
    }

    /// The same network with the same seed and as many steps at the same rates, but no teacher:
    /// what the student must beat. Null where nobody labelled anything to learn from.
    private static @Nullable Weights twin(
            Architecture architecture, Material material, Plan plan, Run run) {
        List<Example> labelled = material.labelled();
        return labelled.isEmpty()
                ? null
                : Training.run(
                        architecture,
                        plan.studentSchema(),
                        repeated(labelled, material.learnt().size()),
                        Objective.annotations(),
                        plan.settings(),
                        run::epoch,
                        run::cancelled);
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

    /// At most so many, evenly from the whole list.
    static List<Example> spread(List<Example> examples, int most) {
        int size = Math.min(most, examples.size());
        List<Example> spread = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            spread.add(examples.get((int) ((long) i * examples.size() / size)));
        }
        return spread;
    }

    /// Every other capture loses one of its modalities in turn, as sensors fail; one always stays.
    static List<Map<String, float[]>> withGaps(List<Map<String, float[]>> inputs) {
        List<Map<String, float[]>> withGaps = new ArrayList<>(inputs.size());
        for (int i = 0; i < inputs.size(); i++) {
            Map<String, float[]> kept = new LinkedHashMap<>(inputs.get(i));
            if (i % 2 == 1 && kept.size() > 1) {
                List<String> names = List.copyOf(kept.keySet());
                kept.remove(names.get(i / 2 % names.size()));
            }
            withGaps.add(kept);
        }
        return withGaps;
    }

    private static List<Map<String, float[]>> inputs(List<Example> examples) {
        return examples.stream().map(Example::inputs).toList();
    }

    private Map<String, String> metadata(Plan plan, Provenance provenance) {
        return new TreeMap<>(
                Map.of(
                        "retort.model",
                        plan.model(),
                        "retort.provenance",
                        json.writeValueAsString(provenance)));
    }

    private Distilled distilled(
            Plan plan,
            Architecture architecture,
            Provenance provenance,
            Material material,
            Exported exported,
            Comparison comparison,
            Instant started)
            throws IOException {
        Artifact fp32 = Artifact.of(exported.fp32());
        Artifact int8 = Artifact.of(exported.int8());
        double parity = exported.parityMaxAbsDiff();
        Result result =
                new Result(
                        plan.model(),
                        null,
                        null,
                        provenance.snapshot(),
                        provenance.teachers(),
                        Result.Samples.of(material),
                        plan.settings().stepsFor(material.learnt().size()),
                        comparison,
                        architecture.parameters(),
                        architecture.macs(),
                        fp32,
                        int8,
                        parity);
        Map<String, Artifact> artifacts = new LinkedHashMap<>();
        artifacts.put("fp32", fp32);
        artifacts.put("int8", int8);
        ObjectNode evaluation = json.valueToTree(comparison);
        evaluation.put("parameters", architecture.parameters()).put("macs", architecture.macs());
        evaluation.putObject("bytes").put("fp32", fp32.bytes()).put("int8", int8.bytes());
        Release release =
                new Release(
                        plan.model(),
                        plan.studentSchema(),
                        provenance.modalities(),
                        artifacts,
                        json.valueToTree(provenance.finished(started, clock.instant(), parity)),
                        evaluation,
                        plan.alias());
        return new Distilled(result, release);
    }
}
