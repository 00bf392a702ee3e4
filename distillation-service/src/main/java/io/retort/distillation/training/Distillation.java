package io.retort.distillation.training;

import io.retort.contract.schema.Schema;
import io.retort.distillation.card.Budget;
import io.retort.distillation.card.Card;
import io.retort.distillation.card.Evidence;
import io.retort.distillation.card.Subject;
import io.retort.distillation.evaluation.Comparison;
import io.retort.distillation.evaluation.Examination;
import io.retort.distillation.export.Exported;
import io.retort.distillation.export.VariantVerdict;
import io.retort.distillation.gate.Candidate;
import io.retort.distillation.gate.Course;
import io.retort.distillation.gate.Curve;
import io.retort.distillation.gate.Gate;
import io.retort.distillation.gate.GateSettings;
import io.retort.distillation.gate.Verdict;
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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// One job, from frozen samples to a published student. Reads forward.
@Component
public final class Distillation {

    private static final String CHECKPOINTS = "checkpoints";

    private final Freezer freezer;
    private final DistillationSettings settings;
    private final Registry registry;
    private final Donors donors;
    private final JsonMapper json;
    private final Clock clock;

    Distillation(
            SampleStore samples,
            DistillationSettings settings,
            Registry registry,
            JsonMapper json,
            Clock clock) {
        this.freezer = new Freezer(samples, settings.snapshots());
        this.settings = settings;
        this.registry = registry;
        this.donors = new Donors(registry);
        this.json = json;
        this.clock = clock;
    }

    /// A job that was interrupted goes on: from the same samples, and from its trainings'
    /// checkpoints, to the same bits.
    ///
    /// @param folder of the job, where its files stay
    /// @throws java.util.concurrent.CancellationException with the run
    public Result run(Plan plan, Path folder, Run run) throws IOException {
        Instant started = clock.instant();
        Files.createDirectories(folder);

        run.enter(Phase.FREEZING);
        Material found = freezer.material(plan, folder, run);
        Snapshot snapshot = freezer.freeze(found, folder);
        Material material = found.seenBy(plan.student(), plan, run);
        List<Example> training = material.training();
        Schema schema = material.schema();
        Architecture architecture = Architectures.student(schema, plan.student());
        Donors.Start start = donors.start(plan, architecture, folder, run);
        Course course = new Course(architecture, schema, plan.settings(), start.weights());
        Path checkpoints = folder.resolve(CHECKPOINTS);
        Course.Watch watch = new Course.Watch(run::epoch, run::cancelled);

        run.enter(Phase.GATE);
        Gate gate = new Gate(course, gateSettings(plan, material), checkpoints, settings.workers());
        Verdict verdict =
                plan.prune()
                        ? gate.prune(plan.recipe(), training, watch)
                        : gate.judge(plan.recipe(), training, watch);
        Candidate winner = verdict.candidate(plan.recipe());

        run.enter(Phase.STUDENT);
        Weights student = course.train(winner, training, checkpoints, watch);
        Donors.keep(student, folder);

        run.enter(Phase.TWIN);
        @Nullable Weights twin = twin(course, winner, student, material, checkpoints, watch);

        run.enter(Phase.EXPORT);
        Provenance provenance =
                Provenance.of(
                        plan,
                        architecture,
                        snapshot,
                        material,
                        winner.recipe(),
                        verdict,
                        start.from(),
                        settings.commit());
        Variants variants =
                new Variants(course, settings, metadata(plan, provenance), material, run);
        Variants.Judged judged = variants.write(student, folder);
        Exported exported = judged.exported();

        run.enter(Phase.EVALUATION);
        Examination examination = new Examination(schema, material.training(), material.heldOut());
        Examination.Answers answers =
                examination.answers(architecture, student, exported.fp32(), exported.int8(), twin);
        Comparison comparison = examination.comparison(answers);

        run.enter(Phase.CARD);
        Evidence evidence =
                Evidence.of(
                        schema,
                        material.training(),
                        material.heldOut(),
                        exported.fp32(),
                        exported.int8(),
                        answers,
                        winner.way() != Candidate.Way.TWIN,
                        Budget.train(
                                plan.card(),
                                course,
                                winner,
                                training,
                                material.heldOut(),
                                checkpoints,
                                settings.workers(),
                                watch),
                        curves(course, winner, checkpoints));

        Distilled distilled =
                distilled(
                        plan,
                        architecture,
                        provenance,
                        material,
                        exported,
                        judged.verdicts(),
                        comparison,
                        evidence,
                        folder,
                        started);
        distilled.write(folder, json);
        forget(checkpoints);
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

    private static GateSettings gateSettings(Plan plan, Material material) {
        return plan.gate() != null
                ? plan.gate()
                : GateSettings.forLabelled(
                        (int) material.labelled().stream().map(Example::group).distinct().count());
    }

    /// What the student must beat; null where nobody labelled anything to learn from.
    private static @Nullable Weights twin(
            Course course,
            Candidate winner,
            Weights student,
            Material material,
            Path checkpoints,
            Course.Watch watch) {
        if (winner.way() == Candidate.Way.TWIN) {
            return student;
        }
        return material.labelled().isEmpty()
                ? null
                : course.train(Candidate.twin(), material.training(), checkpoints, watch);
    }

    /// The published student's, and its twin's where that is another.
    private static Map<String, Curve> curves(Course course, Candidate winner, Path checkpoints) {
        Map<String, Curve> curves = new LinkedHashMap<>();
        for (Candidate candidate : List.of(winner, Candidate.twin())) {
            Curve curve = course.curve(candidate, checkpoints);
            if (!curve.points().isEmpty()) {
                curves.putIfAbsent(candidate.name(), curve);
            }
        }
        return curves;
    }

    private static void forget(Path checkpoints) throws IOException {
        if (Files.exists(checkpoints)) {
            try (Stream<Path> files = Files.walk(checkpoints)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
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
            List<VariantVerdict> variants,
            Comparison comparison,
            Evidence evidence,
            Path folder,
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
                        plan.settings().stepsFor(material.training().size()),
                        plan.student(),
                        provenance.recipe(),
                        provenance.gate(),
                        provenance.warmStart(),
                        comparison,
                        architecture.parameters(),
                        architecture.macs(),
                        fp32,
                        int8,
                        parity,
                        variants);
        Map<String, Artifact> artifacts = new LinkedHashMap<>();
        artifacts.put("fp32", fp32);
        for (VariantVerdict verdict : variants) {
            if (verdict.refused() == null) {
                artifacts.put(
                        verdict.variant().title(), Artifact.of(exported.file(verdict.variant())));
            }
        }
        JsonNode finished =
                json.valueToTree(
                        provenance.finished(
                                folder.getFileName().toString(),
                                started,
                                clock.instant(),
                                parity,
                                variants));
        Card card =
                Card.of(
                        new Subject(
                                plan.model(),
                                plan.student(),
                                provenance.teachers(),
                                provenance.gate(),
                                comparison,
                                architecture.parameters(),
                                architecture.macs(),
                                fp32,
                                int8,
                                variants,
                                parity,
                                finished),
                        evidence);
        artifacts.putAll(card.write(folder, json));
        ObjectNode evaluation = json.valueToTree(comparison);
        evaluation.put("parameters", architecture.parameters()).put("macs", architecture.macs());
        evaluation.putObject("bytes").put("fp32", fp32.bytes()).put("int8", int8.bytes());
        Release release =
                new Release(
                        plan.model(),
                        material.schema(),
                        provenance.modalities(),
                        artifacts,
                        finished,
                        evaluation,
                        plan.alias());
        return new Distilled(result, release);
    }
}
