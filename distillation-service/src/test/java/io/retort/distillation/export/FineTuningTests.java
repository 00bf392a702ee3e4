package io.retort.distillation.export;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.onnx.proto.OnnxMl.GraphProto;
import io.retort.contract.schema.Schema;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.model.InputBatch;
import io.retort.learning.model.Network;
import io.retort.learning.model.Weights;
import io.retort.learning.training.Augmentation;
import io.retort.learning.training.Example;
import io.retort.learning.training.TrainingSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FineTuningTests {

    @ParameterizedTest
    @ValueSource(strings = {"retort-plain", "retort-separable-x0.25"})
    void theNetworkRoundsAsItsFileDoes(String student) throws Exception {
        Architecture architecture = Architectures.student(Networks.everything(), student);
        Weights weights = withoutBiases(Networks.weights(architecture, 5));
        List<Map<String, float[]>> captures =
                Networks.withGaps(Networks.captures(architecture, 16, 9));
        // Training sees neither corrected biases nor that files round them, to steps so small that
        // they would only tip what lies between two steps of an activation.
        Quantization quantization =
                Quantization.by(Calibrator.MIN_MAX, TargetProfile.ANY)
                        .keeping(List.of("/encoders/rgb/0", "/encoders/rgb/3", "quality"));
        GraphProto floats = FloatGraph.of(architecture, weights);
        GraphProto int8 = quantization.of(floats, captures);
        try (OnnxModel fp32 = OnnxModel.of(Onnx.model(floats, Map.of()), "fp32");
                OnnxModel file = QuantizedGraphTests.unfused(Onnx.model(int8, Map.of()));
                NDManager step = Network.newManager();
                Network network =
                        new Network(
                                architecture,
                                weights,
                                false,
                                FineTuning.simulated(int8, quantization))) {
            InputBatch batch = InputBatch.of(step, architecture, captures);
            float[] simulated =
                    Objects.requireNonNull(
                                    network.forward(batch.tensors(), batch.presence(), null)
                                            .heads()
                                            .get("material"))
                            .toFloatArray();
            // Sums in another order fall on another step here and there.
            assertThat(apart(simulated, file.run(captures)))
                    .isLessThan(apart(simulated, fp32.run(captures)) / 50);
        }
    }

    @Test
    void aFewEpochsBringTheFilesAnswersBackToTheFloatOnes() throws IOException {
        Schema schema = Networks.camera(16);
        Architecture architecture = Architectures.student(schema);
        Weights weights = Networks.weights(architecture, 5);
        List<Map<String, float[]>> captures = Networks.captures(architecture, 64, 9);
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < captures.size(); i++) {
            examples.add(new Example("c" + i, "g" + i, captures.get(i), Map.of(), null));
        }
        // One capture that is much brighter than all others makes steps coarse.
        List<Map<String, float[]>> calibration = new ArrayList<>(captures);
        float[] bright = Objects.requireNonNull(captures.getFirst().get("rgb")).clone();
        for (int i = 0; i < bright.length; i++) {
            bright[i] *= 30;
        }
        calibration.add(Map.of("rgb", bright));
        Quantization coarse = Quantization.by(Calibrator.MIN_MAX, TargetProfile.ANY);

        TrainingSettings settings =
                new TrainingSettings(20, 1, 16, 1e-2, 0, 1, 20, 0.5, 0, 0, Augmentation.none(), 1);
        Weights tuned =
                new FineTuning(architecture, schema, settings, coarse)
                        .run(weights, examples, calibration, _ -> {}, () -> false);

        GraphProto floats = FloatGraph.of(architecture, weights);
        try (OnnxModel fp32 = OnnxModel.of(Onnx.model(floats, Map.of()), "fp32")) {
            List<Map<String, float[]>> expected = fp32.run(captures);
            double before = divergence(expected, coarse.of(floats, calibration), captures);
            double after =
                    divergence(
                            expected,
                            coarse.of(FloatGraph.of(architecture, tuned), calibration),
                            captures);
            assertThat(after).isLessThan(0.7 * before);
        }
        assertThat(coarse.equalized().tuned().toString()).isEqualTo("min-max, fine-tuned, for any");
    }

    private static double divergence(
            List<Map<String, float[]>> expected,
            GraphProto int8,
            List<Map<String, float[]>> captures)
            throws IOException {
        try (OnnxModel model = OnnxModel.of(Onnx.model(int8, Map.of()), "int8")) {
            return Deviation.of(expected, model.run(captures)).divergence();
        }
    }

    private static Weights withoutBiases(Weights weights) {
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
        weights.tensors()
                .forEach((name, tensor) ->
                        tensors.put(
                                name,
                                name.matches(".*(bias|beta|mean)")
                                        ? new Weights.Tensor(
                                                tensor.shape(), new float[tensor.values().length])
                                        : tensor));
        return new Weights(tensors);
    }

    /// Mean over captures and classes.
    private static double apart(float[] logits, List<Map<String, float[]>> answers) {
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            float[] own = Objects.requireNonNull(answers.get(i / 4).get("material"));
            sum += Math.abs(logits[i] - own[i % 4]);
        }
        return sum / logits.length;
    }
}
