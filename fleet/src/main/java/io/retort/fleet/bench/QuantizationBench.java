package io.retort.fleet.bench;

import io.retort.contract.schema.Schema;
import io.retort.distillation.export.Calibrator;
import io.retort.distillation.export.Export;
import io.retort.distillation.export.Exported;
import io.retort.distillation.export.OnnxModel;
import io.retort.distillation.export.Quantization;
import io.retort.distillation.export.TargetProfile;
import io.retort.fleet.bench.BenchReport.Row;
import io.retort.fleet.dataset.Dataset;
import io.retort.fleet.terminal.Console;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.evaluation.Evaluation;
import io.retort.learning.evaluation.HeadEvaluation;
import io.retort.learning.model.Prediction;
import io.retort.learning.model.Weights;
import io.retort.learning.samples.Sample;
import io.retort.learning.training.Assignment;
import io.retort.learning.training.Example;
import io.retort.learning.training.Recipe;
import io.retort.learning.training.Training;
import io.retort.learning.training.TrainingSettings;
import io.retort.preprocessing.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// A student trained on every label of four folds, as fp32 and int8 file: accuracy on the fifth
/// fold, bytes, time of a call at batch 1 on one thread, and how often both name the same class.
///
/// Calls alternate between the files, so that both meet the same disturbances.
final class QuantizationBench {

    private static final int FOLD = 0;
    private static final int CALIBRATION = 256;

    private final Dataset dataset;
    private final String name;
    private final List<String> modalities;
    private final boolean quick;
    private final Console console;

    QuantizationBench(
            Dataset dataset, String name, List<String> modalities, boolean quick, Console console) {
        this.dataset = dataset;
        this.name = name;
        this.modalities = modalities;
        this.quick = quick;
        this.console = console;
    }

    List<Row> run(long seed) throws IOException {
        Schema schema = dataset.schema().select(modalities);
        List<Example> training = new ArrayList<>();
        List<Example> heldOut = new ArrayList<>();
        read(schema, training, heldOut);
        Architecture architecture = Architectures.student(schema);
        TrainingSettings settings = TrainingSettings.student().withSeed(seed);
        console.step(
                "training on %d captures, %d held out".formatted(training.size(), heldOut.size()));
        Weights weights =
                Training.run(
                        Assignment.of(
                                architecture, schema, training, Recipe.annotations(), settings),
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
        Path folder = Files.createTempDirectory("retort-quantization");
        List<Map<String, float[]>> inputs =
                training.stream().limit(CALIBRATION).map(Example::inputs).toList();
        console.step("writing and measuring both files");
        Exported exported =
                Export.write(
                        architecture,
                        weights,
                        schema,
                        Map.of("retort.model", "bench"),
                        inputs,
                        inputs.subList(0, Math.min(64, inputs.size())),
                        folder);
        List<Row> rows = new ArrayList<>();
        try (OnnxModel fp32 = OnnxModel.open(exported.fp32());
                OnnxModel int8 = OnnxModel.open(exported.int8())) {
            rows.addAll(compare(schema, heldOut, exported, fp32, int8));
            for (Calibrator calibrator : Calibrator.values()) {
                if (calibrator != Calibrator.MIN_MAX) {
                    console.step("calibrating by " + calibrator.title());
                    rows.addAll(
                            calibrated(
                                    calibrator,
                                    architecture,
                                    weights,
                                    schema,
                                    inputs,
                                    heldOut,
                                    fp32));
                }
            }
        } finally {
            delete(exported, folder);
        }
        return rows;
    }

    /// The same network with int8's ranges chosen otherwise; its file is as large and as fast.
    private List<Row> calibrated(
            Calibrator calibrator,
            Architecture architecture,
            Weights weights,
            Schema schema,
            List<Map<String, float[]>> calibration,
            List<Example> heldOut,
            OnnxModel fp32)
            throws IOException {
        Path folder = Files.createTempDirectory("retort-quantization");
        Exported exported =
                Export.write(
                        architecture,
                        weights,
                        schema,
                        Map.of("retort.model", "bench"),
                        calibration,
                        calibration.subList(0, 1),
                        Quantization.by(calibrator, TargetProfile.X86_VNNI),
                        Set.of(),
                        folder);
        try (OnnxModel int8 = OnnxModel.open(exported.int8())) {
            List<Map<String, float[]>> inputs = heldOut.stream().map(Example::inputs).toList();
            List<Map<String, float[]>> integers = int8.run(inputs);
            String variant = "int8 by " + calibrator.title();
            List<Row> rows = new ArrayList<>();
            accuracy(rows, variant, Evaluation.of(schema, heldOut, integers));
            agreement(rows, variant, schema, fp32.run(inputs), integers);
            return rows;
        } finally {
            delete(exported, folder);
        }
    }

    private static void delete(Exported exported, Path folder) throws IOException {
        Files.delete(exported.fp32());
        Files.delete(exported.int8());
        Files.delete(folder);
    }

    private void read(Schema schema, List<Example> training, List<Example> heldOut) {
        Preprocessing preprocessing = new Preprocessing(schema);
        for (int i = 0; i < dataset.size(); i++) {
            Dataset.Item item = dataset.item(i);
            if (!item.labels().isEmpty()) {
                Example example =
                        Example.of(new Sample(item.capture(), item.labels(), null), preprocessing);
                (item.fold() == FOLD ? heldOut : training).add(example);
            }
            console.progress(
                    "%s %d of %d captures"
                            .formatted(
                                    Console.bar(i + 1, dataset.size(), 24), i + 1, dataset.size()));
        }
    }

    private List<Row> compare(
            Schema schema, List<Example> heldOut, Exported exported, OnnxModel fp32, OnnxModel int8)
            throws IOException {
        List<Map<String, float[]>> inputs = heldOut.stream().map(Example::inputs).toList();
        List<Map<String, float[]>> floats = fp32.run(inputs);
        List<Map<String, float[]>> integers = int8.run(inputs);
        List<Row> rows = new ArrayList<>();
        accuracy(rows, "fp32", Evaluation.of(schema, heldOut, floats));
        accuracy(rows, "int8", Evaluation.of(schema, heldOut, integers));
        rows.add(Row.of(name + "/fp32", "bytes", (double) Files.size(exported.fp32()), 1, "bytes"));
        rows.add(Row.of(name + "/int8", "bytes", (double) Files.size(exported.int8()), 1, "bytes"));
        agreement(rows, "int8", schema, floats, integers);
        latency(rows, inputs, fp32, int8);
        return rows;
    }

    /// How often both name the same class.
    private void agreement(
            List<Row> rows,
            String variant,
            Schema schema,
            List<Map<String, float[]>> floats,
            List<Map<String, float[]>> integers) {
        for (String head : schema.heads().keySet()) {
            if (schema.head(head).width() > 1) {
                int same = 0;
                for (int i = 0; i < floats.size(); i++) {
                    if (winner(floats.get(i), head) == winner(integers.get(i), head)) {
                        same++;
                    }
                }
                rows.add(
                        Row.of(
                                name + "/" + variant,
                                head + " same as fp32",
                                (double) same / floats.size(),
                                floats.size(),
                                "share"));
            }
        }
    }

    private void accuracy(List<Row> rows, String variant, Evaluation evaluation) {
        evaluation
                .heads()
                .forEach((head, e) ->
                        rows.add(
                                new Row(
                                        name + "/" + variant,
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

    private void latency(
            List<Row> rows, List<Map<String, float[]>> inputs, OnnxModel fp32, OnnxModel int8) {
        int calls = quick ? 500 : 5000;
        double[] floats = new double[calls];
        double[] integers = new double[calls];
        for (int i = -calls / 5; i < calls; i++) {
            List<Map<String, float[]>> one = List.of(inputs.get(Math.floorMod(i, inputs.size())));
            double f = micros(fp32, one);
            double q = micros(int8, one);
            if (i >= 0) {
                floats[i] = f;
                integers[i] = q;
                console.progress(
                        "%s %d of %d calls each".formatted(Console.bar(i, calls, 24), i, calls));
            }
        }
        Row slow = spread(name + "/fp32", floats);
        Row fast = spread(name + "/int8", integers);
        rows.add(slow);
        rows.add(fast);
        rows.add(Row.of(name + "/int8", "speed-up", slow.value() / fast.value(), calls, "x fp32"));
    }

    private static double micros(OnnxModel model, List<Map<String, float[]>> one) {
        long started = System.nanoTime();
        model.run(one);
        return (System.nanoTime() - started) / 1e3;
    }

    /// Median with the quartiles as its spread.
    private static Row spread(String name, double[] micros) {
        double[] sorted = micros.clone();
        Arrays.sort(sorted);
        return new Row(
                name,
                "p50 (quartiles)",
                sorted[sorted.length / 2],
                sorted[sorted.length / 4],
                sorted[sorted.length * 3 / 4],
                sorted.length,
                "us");
    }

    private static int winner(Map<String, float[]> answer, String head) {
        return Prediction.winner(Objects.requireNonNull(answer.get(head)));
    }
}
