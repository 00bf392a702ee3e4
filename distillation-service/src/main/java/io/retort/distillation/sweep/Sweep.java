package io.retort.distillation.sweep;

import com.fasterxml.jackson.annotation.JsonValue;
import io.retort.contract.schema.Schema;
import io.retort.distillation.export.Captures;
import io.retort.distillation.export.Export;
import io.retort.distillation.export.Exported;
import io.retort.distillation.export.OnnxModel;
import io.retort.distillation.export.Spread;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.model.Weights;
import io.retort.learning.training.Assignment;
import io.retort.learning.training.Example;
import io.retort.learning.training.Progress;
import io.retort.learning.training.SideBySide;
import io.retort.learning.training.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Trains every candidate of a plan with the same recipe and seed, some at a time, exports and
/// examines each, and times the files one after another when nothing trains any more.
///
/// A candidate that fails is a row with its problem. Each keeps a checkpoint in its folder: a sweep
/// that was killed goes on from there when it is run again.
public final class Sweep {

    private static final String CHECKPOINT = "checkpoint";
    private static final int CALIBRATION = 256;
    private static final int PARITY = 64;

    /// Captures that a file is timed on, in turn.
    private static final int TIMED = 16;

    /// Every file is timed a little in each round, so that all meet the same disturbances.
    private static final int ROUNDS = 5;

    private final SweepPlan plan;
    private final Source source;
    private final Path folder;
    private final Consumer<Step> progress;
    private final BooleanSupplier cancelled;
    private final List<Candidate> candidates;
    private final Map<Candidate.Form, Slot> slots = new HashMap<>();
    private final SideBySide workers;
    private int finished;

    private Sweep(
            SweepPlan plan,
            Source source,
            Path folder,
            Consumer<Step> progress,
            BooleanSupplier cancelled) {
        this.plan = plan;
        this.source = source;
        this.folder = folder;
        this.progress = progress;
        this.candidates = plan.candidates();
        this.workers = new SideBySide(plan.workers());
        this.cancelled = workers.stoppedOr(cancelled);
        for (Candidate candidate : candidates) {
            slots.computeIfAbsent(candidate.form(), _ -> new Slot()).left++;
        }
    }

    /// Gives the captures as a student sees them; asked once for every form of images, by any
    /// worker.
    @FunctionalInterface
    public interface Source {

        /// @param schema at the candidate's image size
        Split of(String student, Schema schema) throws IOException;
    }

    /// @param schema as the student sees it
    /// @param heldOut of groups that training has none of
    public record Split(Schema schema, List<Example> training, List<Example> heldOut) {

        public Split {
            training = List.copyOf(training);
            heldOut = List.copyOf(heldOut);
        }
    }

    /// What a candidate is busy with, in the order in which it comes.
    public enum Stage {
        TRAINING,
        EXPORT,
        EVALUATION,
        TIMING,
        /// Trained and examined, or failed.
        FINISHED;

        /// As in JSON.
        @JsonValue
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// @param progress of the training; null in other stages, and before the first epoch's end
    /// @param finished candidates that are trained and examined, or failed, of `candidates`
    public record Step(
            Candidate candidate,
            Stage stage,
            @Nullable Progress progress,
            int finished,
            int candidates) {}

    /// The tensors of one image size, as long as a candidate needs them.
    private static final class Slot {
        private int left;
        private @Nullable Split split;
    }

    /// A candidate on its way to a row.
    ///
    /// @param row lacks its time and its place on the fronts
    private record Examined(
            Row row, @Nullable Path int8, List<Map<String, float[]>> inputs, double[] micros) {

        static Examined failed(Candidate candidate, Exception e) {
            String problem = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            return new Examined(new Row.Failed(candidate, problem), null, List.of(), new double[0]);
        }
    }

    /// Files are left in `folder/<candidate>/`, as `fp32.onnx` and `int8.onnx`.
    ///
    /// @param progress called by workers, one at a time
    /// @param cancelled asked before every optimiser step and between timed calls
    /// @return a row a candidate, in the plan's order
    /// @throws CancellationException when cancelled or interrupted
    public static List<Row> run(
            SweepPlan plan,
            Source source,
            Path folder,
            Consumer<Step> progress,
            BooleanSupplier cancelled)
            throws IOException {
        Files.createDirectories(folder);
        return new Sweep(plan, source, folder, progress, cancelled).run();
    }

    /// Drops what a sweep that has ended needs no more: the files stay.
    public static void forget(SweepPlan plan, Path folder) throws IOException {
        for (Candidate candidate : plan.candidates()) {
            Files.deleteIfExists(folder.resolve(candidate.toString()).resolve(CHECKPOINT));
        }
    }

    private List<Row> run() {
        List<Examined> examined = examineAll();
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < examined.size(); i++) {
                examined.set(i, timed(examined.get(i), round));
            }
        }
        return onFronts(examined.stream().map(Sweep::withTime).toList());
    }

    private List<Examined> examineAll() {
        List<Callable<Examined>> tasks = new ArrayList<>();
        for (Candidate candidate : candidates) {
            tasks.add(() -> examine(candidate));
        }
        return new ArrayList<>(workers.run(tasks));
    }

    private Examined examine(Candidate candidate) {
        Examined examined;
        try {
            check();
            examined = examine(candidate, split(candidate));
        } catch (CancellationException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            examined = Examined.failed(candidate, e);
        } finally {
            done(candidate);
        }
        synchronized (this) {
            finished++;
            tell(candidate, Stage.FINISHED, null);
        }
        return examined;
    }

    private Examined examine(Candidate candidate, Split split) throws IOException {
        tell(candidate, Stage.TRAINING, null);
        Schema schema = split.schema();
        Architecture architecture = Architectures.student(schema, candidate.student());
        Path own = Files.createDirectories(folder.resolve(candidate.toString()));
        Weights weights =
                Training.run(
                        Assignment.of(
                                        architecture,
                                        schema,
                                        split.training(),
                                        plan.recipe(),
                                        plan.settings())
                                .withCheckpoint(own.resolve(CHECKPOINT)),
                        epoch -> tell(candidate, Stage.TRAINING, epoch),
                        cancelled);
        tell(candidate, Stage.EXPORT, null);
        Exported exported =
                Export.write(
                        architecture,
                        weights,
                        schema,
                        plan.metadata(),
                        Captures.of(
                                Spread.inputs(split.training(), CALIBRATION),
                                Spread.inputs(split.training(), PARITY)),
                        own);
        tell(candidate, Stage.EVALUATION, null);
        Marks int8 = Marks.of(exported.int8(), schema, plan.head(), split.heldOut());
        Marks fp32 = Marks.of(exported.fp32(), schema, plan.head(), split.heldOut());
        return new Examined(
                new Row.Measured(
                        candidate,
                        int8.metric(),
                        int8.interval(),
                        fp32.interval(),
                        architecture.parameters(),
                        architecture.macs(),
                        architecture.weightBytes(),
                        Files.size(exported.fp32()),
                        Files.size(exported.int8()),
                        0,
                        false,
                        false),
                exported.int8(),
                Spread.inputs(split.heldOut(), TIMED),
                new double[plan.calls()]);
    }

    private Split split(Candidate candidate) throws IOException {
        Slot slot = slot(candidate);
        synchronized (slot) {
            Split split = slot.split;
            if (split == null) {
                split = source.of(candidate.student(), candidate.sees(plan.schema()));
                slot.split = split;
            }
            return split;
        }
    }

    private void done(Candidate candidate) {
        Slot slot = slot(candidate);
        synchronized (slot) {
            slot.left--;
            if (slot.left == 0) {
                slot.split = null;
            }
        }
    }

    private Slot slot(Candidate candidate) {
        return Objects.requireNonNull(slots.get(candidate.form()));
    }

    /// A round of calls, after a few that are not counted.
    private Examined timed(Examined examined, int round) {
        Path int8 = examined.int8();
        if (int8 == null) {
            return examined;
        }
        Candidate candidate = examined.row().candidate();
        int from = plan.calls() * round / ROUNDS;
        int to = plan.calls() * (round + 1) / ROUNDS;
        tell(candidate, Stage.TIMING, null);
        try (OnnxModel model = OnnxModel.open(int8)) {
            for (int call = from - Math.min(20, plan.calls()); call < to; call++) {
                check();
                List<Map<String, float[]>> one =
                        List.of(
                                examined.inputs()
                                        .get(Math.floorMod(call, examined.inputs().size())));
                long started = System.nanoTime();
                model.run(one);
                if (call >= from) {
                    examined.micros()[call] = (System.nanoTime() - started) / 1e3;
                }
            }
            return examined;
        } catch (CancellationException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            return Examined.failed(candidate, e);
        }
    }

    private static Row withTime(Examined examined) {
        return switch (examined.row()) {
            case Row.Failed failed -> failed;
            case Row.Measured m -> {
                double[] sorted = examined.micros().clone();
                Arrays.sort(sorted);
                yield m.timed(sorted[sorted.length / 2]);
            }
        };
    }

    static List<Row> onFronts(List<Row> rows) {
        List<Row.Measured> measured =
                rows.stream()
                        .filter(Row.Measured.class::isInstance)
                        .map(Row.Measured.class::cast)
                        .toList();
        List<Boolean> byMacs = Front.of(measured, Sweep::gain, row -> (double) row.macs());
        List<Boolean> byLatency = Front.of(measured, Sweep::gain, Row.Measured::p50Micros);
        List<Row> placed = new ArrayList<>();
        int i = 0;
        for (Row row : rows) {
            switch (row) {
                case Row.Failed failed -> placed.add(failed);
                case Row.Measured m -> {
                    placed.add(m.onFronts(byMacs.get(i), byLatency.get(i)));
                    i++;
                }
            }
        }
        return placed;
    }

    private static double gain(Row.Measured row) {
        return row.metric().equals(Marks.ACCURACY) ? row.score().value() : -row.score().value();
    }

    private void check() {
        if (cancelled.getAsBoolean()) {
            throw new CancellationException("cancelled while sweeping");
        }
    }

    private synchronized void tell(Candidate candidate, Stage stage, @Nullable Progress epoch) {
        progress.accept(new Step(candidate, stage, epoch, finished, candidates.size()));
    }
}
