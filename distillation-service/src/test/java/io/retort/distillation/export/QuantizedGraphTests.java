package io.retort.distillation.export;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.model.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuantizedGraphTests {

    @TempDir Path folder;

    @Test
    void fuses() throws Exception {
        for (Architecture architecture :
                List.of(
                        Architectures.student(Networks.camera(64)),
                        Architectures.teacher(Networks.everything()))) {
            Weights weights = Networks.weights(architecture, 7);
            var floats = FloatGraph.of(architecture, weights);
            var ranges =
                    Calibration.ranges(
                            floats,
                            QuantizedGraph.calibrated(floats),
                            Networks.captures(architecture, 32, 3));
            byte[] bytes = Onnx.model(QuantizedGraph.of(floats, ranges), Map.of());
            System.out.println(ranges);
            optimized(bytes)
                    .forEach(n ->
                            System.out.println(
                                    n.getOpType()
                                            + " "
                                            + n.getInputList()
                                            + " -> "
                                            + n.getOutputList()));
            byte[] fp = Onnx.model(floats, Map.of());
            System.out.println(
                    fp.length + " " + bytes.length + " " + (double) bytes.length / fp.length);
        }
    }

    private List<NodeProto> optimized(byte[] bytes) throws OrtException, IOException {
        Path file = folder.resolve("optimized.onnx");
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setOptimizedModelFilePath(file.toString());
            OrtEnvironment.getEnvironment().createSession(bytes, options).close();
        }
        assertThat(file).exists();
        return ModelProto.parseFrom(Files.readAllBytes(file)).getGraph().getNodeList();
    }
}
