package io.retort.distillation.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Architectures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileTests {

    @Test
    void operatorsOfAKindAreSummedUpPerCall() {
        Profile profile =
                Profile.read(
                        """
                        [{"cat": "Session", "name": "model_run", "dur": 90},
                         {"cat": "Node", "name": "a_kernel_time", "dur": 8, "args": {"op_name": "Conv"}},
                         {"cat": "Node", "name": "b_kernel_time", "dur": 3, "args": {"op_name": "Gemm"}},
                         {"cat": "Node", "name": "c_kernel_time", "dur": 4, "args": {"op_name": "Conv"}}]
                        """,
                        2);
        assertThat(profile.micros())
                .containsExactly(Map.entry("Conv", 6.0), Map.entry("Gemm", 1.5));
    }

    @Test
    void everyOperatorOfAFileIsSeen(@TempDir Path folder) throws IOException {
        Architecture camera = Architectures.student(Networks.camera(16));
        List<Map<String, float[]>> captures = Networks.captures(camera, 4, 3);
        Exported exported =
                Export.write(
                        camera,
                        Networks.weights(camera, 7),
                        Networks.camera(16),
                        Map.of(),
                        Captures.of(captures, captures),
                        folder);
        assertThat(Profile.of(exported.int8(), captures, 5).micros())
                .containsOnlyKeys(
                        "QuantizeLinear",
                        "Pad",
                        "Transpose",
                        "QLinearConv",
                        "QLinearGlobalAveragePool",
                        "Flatten",
                        "QGemm");
    }
}
