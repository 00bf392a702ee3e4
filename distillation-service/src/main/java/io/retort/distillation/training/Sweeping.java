package io.retort.distillation.training;

import io.retort.contract.schema.Schema;
import io.retort.distillation.progress.Part;
import io.retort.distillation.progress.Phase;
import io.retort.distillation.progress.Run;
import io.retort.distillation.sweep.Row;
import io.retort.distillation.sweep.Sweep;
import io.retort.distillation.sweep.SweepPlan;
import io.retort.learning.samples.Sample;
import io.retort.learning.samples.SampleStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.springframework.stereotype.Component;

/// One sweep, from frozen samples to students compared. Nothing is published: whoever likes a
/// student orders it.
@Component
public final class Sweeping {

    private final Freezer freezer;
    private final DistillationSettings settings;

    Sweeping(SampleStore samples, DistillationSettings settings) {
        this.freezer = new Freezer(samples, settings.snapshots());
        this.settings = settings;
    }

    /// A sweep that was interrupted goes on: from the same samples, and from its trainings'
    /// checkpoints. Files are left in a folder for each student and size.
    ///
    /// @param folder of the job, where its files stay
    /// @throws java.util.concurrent.CancellationException with the run
    public SweepResult run(SweepOrder order, Path folder, Run run) throws IOException {
        Files.createDirectories(folder);
        run.enter(Phase.FREEZING);
        Basis basis = basis(order, folder, run);

        run.enter(Phase.SWEEP);
        SweepPlan plan = order.plan(settings.workers());
        List<Row> rows =
                Sweep.run(
                        plan,
                        (student, schema) -> {
                            Schema shown = Material.seen(student, schema, basis.samples(), order);
                            Material seen = Material.of(basis.samples(), order, shown, run);
                            return new Sweep.Split(seen.schema(), seen.training(), seen.heldOut());
                        },
                        folder,
                        step -> tell(run, step),
                        run::cancelled);
        Sweep.forget(plan, folder);
        return new SweepResult(
                basis.snapshot(), basis.teachers(), basis.counts(), basis.optimizerSteps(), rows);
    }

    /// What all students have in common. Tensors are not: each image size makes its own.
    private record Basis(
            List<Sample> samples,
            String snapshot,
            List<String> teachers,
            Result.Samples counts,
            long optimizerSteps) {}

    private Basis basis(SweepOrder order, Path folder, Run run) throws IOException {
        Material material = freezer.material(order, folder, run);
        return new Basis(
                material.samples(),
                freezer.freeze(material, folder).digest(),
                List.copyOf(material.teachers()),
                Result.Samples.of(material),
                order.settings().stepsFor(material.learnt().size()));
    }

    private static void tell(Run run, Sweep.Step step) {
        run.part(
                new Part(
                        step.candidate().toString(),
                        step.stage().toString(),
                        step.finished(),
                        step.candidates()),
                step.progress());
    }
}
