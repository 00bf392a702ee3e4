package io.retort.distillation.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Architectures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxModelTests {

    @TempDir Path folder;

    private final Architecture architecture = Architectures.student(Networks.camera(16));

    @Test
    void answersComeInTheOrderOfTheCaptures() throws IOException {
        List<Map<String, float[]>> captures = Networks.captures(architecture, 130, 1);
        try (OnnxModel model = model()) {
            List<Map<String, float[]>> together = model.run(captures);
            assertThat(together).hasSize(130);
            for (int i : new int[] {0, 63, 64, 129}) {
                Map<String, float[]> alone = model.run(captures.subList(i, i + 1)).getFirst();
                assertThat(alone.keySet()).containsExactly("material", "quality");
                alone.forEach((head, values) ->
                        assertThat(together.get(i).get(head))
                                .containsExactly(
                                        values, org.assertj.core.data.Offset.offset(1e-5f)));
            }
            assertThat(model.run(List.of())).isEmpty();
        }
    }

    @Test
    void capturesThatDoNotFitAreRefused() throws IOException {
        try (OnnxModel model = model()) {
            assertThatThrownBy(() -> model.run(List.of(Map.of())))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("lacks rgb");
            assertThatThrownBy(() -> model.run(List.of(Map.of("rgb", new float[7]))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("rgb has 7 values, the network takes 768");
        }
    }

    @Test
    void aFileThatIsNoNetworkIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("broken.onnx"), "nothing of the kind");
        assertThatThrownBy(() -> OnnxModel.open(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("broken.onnx is no network that ONNX Runtime takes");
    }

    private OnnxModel model() throws IOException {
        Path file = folder.resolve("model.onnx");
        Files.write(
                file,
                Onnx.model(
                        FloatGraph.of(architecture, Networks.weights(architecture, 2)),
                        Map.of("retort.model", "m")));
        OnnxModel model = OnnxModel.open(file);
        assertThat(model.metadata()).containsExactly(Map.entry("retort.model", "m"));
        return model;
    }
}
