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
    void mediansOfOperatorsOfAKindAreSummedUp() {
        Profile profile =
                Profile.read(
                        """
                        [{"cat": "Session", "name": "model_run", "dur": 90},
                         {"name": "a_kernel_time", "dur": 8, "args": {"op_name": "Conv", "node_index": "0"}},
                         {"name": "b_kernel_time", "dur": 3, "args": {"op_name": "Gemm", "node_index": "1"}},
                         {"name": "_kernel_time", "dur": 4, "args": {"op_name": "Conv", "node_index": "2"}},
                         {"name": "a_kernel_time", "dur": 900, "args": {"op_name": "Conv", "node_index": "0"}},
                         {"name": "b_kernel_time", "dur": 4, "args": {"op_name": "Gemm", "node_index": "1"}},
                         {"name": "_kernel_time", "dur": 4, "args": {"op_name": "Conv", "node_index": "2"}},
                         {"name": "a_kernel_time", "dur": 7, "args": {"op_name": "Conv", "node_index": "0"}},
                         {"name": "b_kernel_time", "dur": 5, "args": {"op_name": "Gemm", "node_index": "1"}},
                         {"name": "_kernel_time", "dur": 5, "args": {"op_name": "Conv", "node_index": "2"}}]
                        """);
        assertThat(profile.micros())
                .containsExactly(Map.entry("Conv", 8.0 + 4.0), Map.entry("Gemm", 4.0));
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
