package io.retort.distillation.export;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.List;

/// A float graph whose weights are stored with 16 bits (IEEE 754 binary16) and cast to 32 when it
/// is loaded.
///
/// A graph of 16-bit operators has the same size, and ONNX Runtime runs it in 32 bits on x86 at the
/// same speed; but it rounds activations where 16-bit arithmetic exists, and answers in 16 bits.
/// This one answers the same on every processor, and casts its constants once, on loading.
final class HalfGraph {

    private static final float LARGEST = 65_504;

    private HalfGraph() {}

    /// Biases are few and stay as they are, and so do weights beyond what 16 bits hold.
    static GraphProto of(GraphProto floats) {
        GraphProto.Builder graph = floats.toBuilder().clearInitializer().clearNode();
        for (TensorProto tensor : floats.getInitializerList()) {
            float[] values = Onnx.values(tensor);
            if (tensor.getDimsCount() < 2 || !fits(values)) {
                graph.addInitializer(tensor);
                continue;
            }
            String half = tensor.getName() + "/half";
            List<Integer> shape = new ArrayList<>();
            tensor.getDimsList().forEach(dimension -> shape.add(Math.toIntExact(dimension)));
            graph.addInitializer(Onnx.halves(half, shape, values));
            graph.addNode(
                    Onnx.node(
                            "Cast",
                            List.of(half),
                            tensor.getName(),
                            Onnx.attribute("to", TensorProto.DataType.FLOAT.getNumber())));
        }
        return graph.addAllNode(floats.getNodeList()).build();
    }

    private static boolean fits(float[] values) {
        for (float value : values) {
            if (Math.abs(value) > LARGEST) {
                return false;
            }
        }
        return true;
    }
}
