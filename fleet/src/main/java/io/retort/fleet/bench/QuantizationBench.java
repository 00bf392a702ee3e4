package io.retort.fleet.bench;

import io.retort.contract.schema.Schema;
import io.retort.contract.v1.Capture;
import io.retort.distillation.export.Calibrator;
import io.retort.distillation.export.Captures;
import io.retort.distillation.export.Deviation;
import io.retort.distillation.export.Export;
import io.retort.distillation.export.Exported;
import io.retort.distillation.export.LayerSearch;
import io.retort.distillation.export.OnnxModel;
import io.retort.distillation.export.Profile;
import io.retort.distillation.export.Quantization;
import io.retort.distillation.export.Race;
import io.retort.distillation.export.Spread;
import io.retort.distillation.export.TargetProfile;
import io.retort.distillation.export.Variant;
import io.retort.distillation.export.VariantGate;
import io.retort.distillation.export.VariantVerdict;
import io.retort.fleet.bench.BenchReport.Row;
import io.retort.fleet.dataset.Dataset;
import io.retort.fleet.terminal.Console;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.evaluation.Evaluation;
import io.retort.learning.evaluation.HeadEvaluation;
import io.retort.learning.model.Weights;
import io.retort.learning.samples.Sample;
import io.retort.learning.training.Assignment;
import io.retort.learning.training.Example;
import io.retort.learning.training.Recipe;
import io.retort.learning.training.Training;
import io.retort.learning.training.TrainingSettings;
import io.retort.preprocessing.Preprocessing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A student trained on every label of four folds, as fp32, int8 by each calibrator, int8 as
/// releases have it, int8 with searched layers, fp16 and dynamic file: accuracy on the fifth fold,
/// bytes, time of a call with one capture on one thread, and how often the same class is named.
///
/// The search and all calibration see training captures alone. Every round calls each file once, so
/// that all meet the same disturbances.
final class QuantizationBench {

    private static final int FOLD = 0;
    private static final int CALIBRATION = 256;

    /// Files whose operators are timed one by one.
    private static final Set<String> PROFILED = Set.of("fp32", "int8");

    /// @param network name of the family's member
    /// @param imageSide longer side of images; null for the dataset's
    /// @param target that the released and the searched int8 are made for
    record Plan(
            String name,
            List<String> modalities,
            String network,
            @Nullable Integer imageSide,
            TargetProfile target) {

        Schema seen(Schema whole) {
            Schema selected = whole.select(modalities);
            return imageSide == null ? selected : selected.resized(imageSide);
        }
    }

    private final Dataset dataset;
    private final Plan plan;
    private final boolean quick;
    private final Console console;
    private final List<Row> rows = new ArrayList<>();

    QuantizationBench(Dataset dataset, Plan plan, boolean quick, Console console) {
        this.dataset = dataset;
        this.plan = plan;
        this.quick = quick;
        this.console = console;
    }

    /// What the files are judged on.
    ///
    /// @param floats the fp32 file's answers
    private record Exam(Schema schema, List<Example> heldOut, List<Map<String, float[]>> floats) {}

    List<Row> run(long seed) throws IOException {
        List<Sample> training = new ArrayList<>();
        List<Sample> heldOut = new ArrayList<>();
        read(training, heldOut);
        Schema schema =
                Architectures.seenBy(
                        plan.network(), plan.seen(dataset.schema()), captures(training));
        Preprocessing preprocessing = new Preprocessing(schema);
        List<Example> examples = examples(training, preprocessing);
        Architecture architecture = Architectures.student(schema, plan.network());
        Weights weights = train(schema, architecture, examples, seed);
        List<Map<String, float[]>> inputs = spread(examples);
        Map<String, Quantization> ways = ways(architecture, weights, inputs);
        Path folder = Files.createTempDirectory("retort-quantization");
        try {
            Map<String, Path> files = new LinkedHashMap<>();
            Map<String, VariantVerdict> verdicts = new LinkedHashMap<>();
            for (Map.Entry<String, Quantization> way : ways.entrySet()) {
                boolean released = way.getKey().equals("int8");
                console.step("writing " + way.getKey() + ": " + way.getValue());
                Exported exported =
                        Export.write(
                                architecture,
                                weights,
                                schema,
                                Map.of("retort.model", "bench"),
                                Captures.of(inputs, inputs.subList(0, Math.min(64, inputs.size()))),
                                way.getValue(),
                                released ? Set.of(Variant.FP16, Variant.DYNAMIC) : Set.of(),
                                folder.resolve(way.getKey()));
                files.putIfAbsent("fp32", exported.fp32());
                files.put(way.getKey(), exported.int8());
                List<VariantVerdict> own =
                        VariantGate.usual()
                                .withCalls(quick ? 300 : 2000)
                                .judge(
                                        exported,
                                        schema,
                                        examples(heldOut, preprocessing),
                                        (_, _) -> {});
                verdicts.put(way.getKey(), own.getFirst());
                if (released) {
                    for (VariantVerdict verdict : own.subList(1, own.size())) {
                        files.put(verdict.variant().title(), exported.file(verdict.variant()));
                        verdicts.put(verdict.variant().title(), verdict);
                    }
                }
            }
            measure(schema, examples(heldOut, preprocessing), files, verdicts, ways);
        } finally {
            delete(folder);
        }
        return rows;
    }

    private Weights train(
            Schema schema, Architecture architecture, List<Example> examples, long seed) {
        TrainingSettings usual = TrainingSettings.student().withSeed(seed);
        TrainingSettings settings = quick ? usual.withEpochs(6).withMinimumSteps(20) : usual;
        console.step("training %s on %d captures".formatted(plan.network(), examples.size()));
        return Training.run(
                Assignment.of(architecture, schema, examples, Recipe.annotations(), settings),
                p ->
                        console.progress(
                                "%s epoch %d of %d, loss %.3f, %.0f captures/s"
                                        .formatted(
                                                Console.bar(p.epoch(), p.epochs(), 24),
                                                p.epoch(),
                                                p.epochs(),
                                                p.loss(),
                                                p.examplesPerSecond())),
                () -> false);
    }

    /// How int8 is made, by the name of the case.
    private Map<String, Quantization> ways(
            Architecture architecture, Weights weights, List<Map<String, float[]>> inputs)
            throws IOException {
        Map<String, Quantization> ways = new LinkedHashMap<>();
        for (Calibrator calibrator : Calibrator.values()) {
            ways.put(
                    "int8 by " + calibrator.title(),
                    Quantization.by(calibrator, TargetProfile.X86_VNNI));
        }
        ways.put("int8", Quantization.usual(architecture, plan.target()));
        console.step("searching for the layers that stay float");
        LayerSearch.Limits limits = LayerSearch.Limits.usual();
        LayerSearch.Found found =
                LayerSearch.run(
                        architecture,
                        weights,
                        inputs,
                        plan.target(),
                        quick
                                ? new LayerSearch.Limits(limits.changed(), Duration.ofSeconds(15))
                                : limits,
                        new LayerSearch.Watch(
                                trial -> console.progress("tried " + trial.quantization()),
                                () -> false));
        console.step(
                "%d trials%s"
                        .formatted(
                                found.trials().size(),
                                found.inTime() ? "" : ", cut short by the limit"));
        ways.put("int8 searched", found.quantization());
        return ways;
    }

    private void measure(
            Schema schema,
            List<Example> heldOut,
            Map<String, Path> files,
            Map<String, VariantVerdict> verdicts,
            Map<String, Quantization> ways)
            throws IOException {
        List<Map<String, float[]>> inputs = heldOut.stream().map(Example::inputs).toList();
        List<OnnxModel> models = new ArrayList<>();
        try {
            for (Path file : files.values()) {
                models.add(OnnxModel.open(file));
            }
            Exam exam = new Exam(schema, heldOut, models.getFirst().run(inputs));
            console.step("timing %d files, call by call".formatted(models.size()));
            Race race =
                    Race.run(
                            models,
                            inputs,
                            quick ? 500 : 3000,
                            (call, calls) ->
                                    console.progress(
                                            "%s %d of %d calls each"
                                                    .formatted(
                                                            Console.bar(
                                                                    Math.max(0, call), calls, 24),
                                                            Math.max(0, call),
                                                            calls)));
            int file = 0;
            for (Map.Entry<String, Path> entry : files.entrySet()) {
                String name = plan.name() + "/" + entry.getKey();
                List<Map<String, float[]>> answers = models.get(file).run(inputs);
                accuracy(name, Evaluation.of(schema, heldOut, answers));
                rows.add(Row.of(name, "bytes", (double) Files.size(entry.getValue()), 1, "bytes"));
                rows.add(pace(name, "p50 (quartiles)", race.pace(file), "us"));
                if (file > 0) {
                    compared(exam, name, answers);
                    rows.add(pace(name, "speed-up (quartiles)", race.speedUp(file, 0), "x fp32"));
                    Quantization way = ways.get(entry.getKey());
                    if (way != null) {
                        rows.add(Row.of(name, "layers kept float", way.kept().size(), 1, "layers"));
                    }
                    verdict(name, Objects.requireNonNull(verdicts.get(entry.getKey())));
                }
                if (PROFILED.contains(entry.getKey())) {
                    profile(name, entry.getValue(), inputs);
                }
                file++;
            }
        } finally {
            models.forEach(OnnxModel::close);
        }
    }

    /// Where the time of a call goes.
    private void profile(String name, Path file, List<Map<String, float[]>> inputs)
            throws IOException {
        int calls = quick ? 100 : 1000;
        Profile.of(file, inputs, calls)
                .micros()
                .forEach((operator, micros) ->
                        rows.add(Row.of(name, "in " + operator, micros, calls, "us")));
    }

    private void verdict(String name, VariantVerdict verdict) {
        rows.add(Row.of(name, "passes the gate", verdict.refused() == null ? 1 : 0, 1, "of 1"));
        if (verdict.refused() != null) {
            console.line("%s is refused: %s".formatted(name, verdict.refused()));
        }
    }

    private void accuracy(String name, Evaluation evaluation) {
        evaluation
                .heads()
                .forEach((head, e) ->
                        rows.add(
                                new Row(
                                        name,
                                        head + " " + e.metric(),
                                        e.value(),
                                        e.low(),
                                        e.high(),
                                        e.n(),
                                        unit(e))));
    }

    private static String unit(HeadEvaluation evaluation) {
        return evaluation.metric().equals("accuracy") ? "share" : "head's own";
    }

    /// Against the fp32 file: what each head gains, and how far the answers are apart.
    private void compared(Exam exam, String name, List<Map<String, float[]>> answers) {
        VariantGate.gains(exam.schema(), exam.heldOut(), exam.floats(), answers)
                .forEach((head, gain) ->
                        rows.add(Row.of(name, head + " gain over fp32", gain, "share")));
        Deviation deviation = Deviation.of(exam.floats(), answers);
        rows.add(
                Row.of(
                        name,
                        "same class as fp32",
                        1 - deviation.changed(),
                        answers.size(),
                        "share"));
        rows.add(
                Row.of(
                        name,
                        "divergence from fp32",
                        deviation.divergence(),
                        answers.size(),
                        "nats"));
    }

    private static Row pace(String name, String metric, Race.Pace pace, String unit) {
        return new Row(name, metric, pace.p50(), pace.p25(), pace.p75(), pace.calls(), unit);
    }

    private void read(List<Sample> training, List<Sample> heldOut) {
        for (int i = 0; i < dataset.size(); i++) {
            Dataset.Item item = dataset.item(i);
            if (!item.labels().isEmpty()) {
                (item.fold() == FOLD ? heldOut : training)
                        .add(new Sample(item.capture(), item.labels(), null));
            }
            console.progress(
                    "%s %d of %d captures"
                            .formatted(
                                    Console.bar(i + 1, dataset.size(), 24), i + 1, dataset.size()));
        }
    }

    private static List<Capture> captures(List<Sample> samples) {
        return samples.stream().map(Sample::capture).toList();
    }

    private static List<Example> examples(List<Sample> samples, Preprocessing preprocessing) {
        return samples.stream().map(sample -> Example.of(sample, preprocessing)).toList();
    }

    private static List<Map<String, float[]>> spread(List<Example> examples) {
        return Spread.inputs(examples, CALIBRATION);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> {
                        try {
                            Files.delete(file);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
        }
    }
}
