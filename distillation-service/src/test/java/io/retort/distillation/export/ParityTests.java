package io.retort.distillation.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.retort.contract.schema.Schema;
import io.retort.contract.schema.TensorShape;
import io.retort.learning.architecture.Activation;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.architecture.BatchNormalization;
import io.retort.learning.architecture.Convolution;
import io.retort.learning.architecture.Encoder;
import io.retort.learning.architecture.Flatten;
import io.retort.learning.architecture.GlobalAveragePool;
import io.retort.learning.architecture.Linear;
import io.retort.learning.model.MultimodalModel;
import io.retort.learning.model.Weights;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ParityTests {

    static Stream<Arguments> networks() {
        Schema everything = Networks.everything();
        return Stream.of(
                        Architectures.teacher(everything),
                        Architectures.student(everything),
                        Architectures.teacher(Networks.camera(64)),
                        Architectures.student(Networks.camera(64)),
                        Architectures.student(everything.select(List.of("spectrum"))),
                        Architectures.teacher(everything.select(List.of("vibration"))),
                        Architectures.teacher(Schema.article()),
                        unusual())
                .map(architecture ->
                        Arguments.of(
                                architecture.name()
                                        + architecture.encoders().stream()
                                                .map(Encoder::modality)
                                                .toList(),
                                architecture));
    }

    /// Groups, 1 x 1 and rectangular kernels, uneven strides, a convolution without normalisation
    /// or activation, a normalised linear layer, a flattened map.
    private static Architecture unusual() {
        return new Architecture(
                "unusual",
                List.of(
                        new Encoder(
                                "map",
                                new TensorShape(4, 9, 7),
                                List.of(
                                        new Convolution(4, 8, 3, 5, 2, 1, 2),
                                        new BatchNormalization(8),
                                        new Activation(),
                                        new Convolution(8, 8, 3, 3, 1, 2, 8),
                                        new BatchNormalization(8),
                                        new Convolution(8, 6, 1, 1, 1, 1, 1),
                                        new Flatten(),
                                        new Linear(6 * 5 * 4, 10),
                                        new BatchNormalization(10),
                                        new Activation(),
                                        new GlobalAveragePool(),
                                        new Flatten())),
                        new Encoder("raw", new TensorShape(2, 1, 3), List.of(new Flatten()))),
                12,
                0,
                Map.of("answer", 3));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void theFileAnswersAsTheNetworkDoes(String name, Architecture architecture) throws IOException {
        Weights weights = Networks.weights(architecture, 7);
        byte[] bytes = Onnx.model(FloatGraph.of(architecture, weights), Map.of());
        try (MultimodalModel trained = new MultimodalModel(architecture, weights);
                OnnxModel exported = OnnxModel.of(bytes, name)) {
            for (int size : new int[] {1, 7, 65}) {
                List<Map<String, float[]>> captures = Networks.captures(architecture, size, size);
                assertThat(Parity.of(trained, exported, captures).maxAbsDiff())
                        .isLessThanOrEqualTo(Parity.TOLERANCE);
                if (architecture.encoders().size() > 1) {
                    assertThat(
                                    Parity.of(trained, exported, Networks.withGaps(captures))
                                            .maxAbsDiff())
                            .isLessThanOrEqualTo(Parity.TOLERANCE);
                }
            }
        }
    }

    @Test
    void aDifferenceIsReportedWithItsHead() throws IOException {
        Architecture architecture = Architectures.student(Networks.camera(16));
        Weights weights = Networks.weights(architecture, 1);
        float[] moved = weights.tensor("heads.quality.bias").values().clone();
        moved[0] += 0.5f;
        Map<String, Weights.Tensor> tensors = new java.util.LinkedHashMap<>(weights.tensors());
        tensors.put("heads.quality.bias", new Weights.Tensor(List.of(1), moved));
        byte[] bytes = Onnx.model(FloatGraph.of(architecture, new Weights(tensors)), Map.of());
        try (MultimodalModel trained = new MultimodalModel(architecture, weights);
                OnnxModel exported = OnnxModel.of(bytes, "moved")) {
            Parity parity = Parity.of(trained, exported, Networks.captures(architecture, 3, 1));
            assertThat(parity.head()).isEqualTo("quality");
            assertThat(parity.maxAbsDiff()).isBetween(0.499, 0.501);
            assertThatThrownBy(parity::require)
                    .isInstanceOf(ParityException.class)
                    .hasMessageContaining(String.valueOf(parity.maxAbsDiff()))
                    .hasMessageContaining("quality");
            assertThatThrownBy(() -> Parity.of(trained, exported, List.of()))
                    .hasMessageContaining("at least 1 capture");
        }
    }
}
