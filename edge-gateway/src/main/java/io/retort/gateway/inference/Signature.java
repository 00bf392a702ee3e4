package io.retort.gateway.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.TensorShape;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// The inputs and outputs that a schema asks of an ONNX file: float32 [N, C, H, W] by modality and,
/// where there are several, [N, 1] that says whether it was sensed; [N, width] by head.
final class Signature {

    private Signature() {}

    static boolean hasPresence(Schema schema) {
        return schema.modalities().size() > 1;
    }

    static String presence(String modality) {
        return "presence:" + modality;
    }

    /// @throws UnusableModelException naming the input or output that is not as it must be
    static void require(Schema schema, OrtSession session) throws OrtException {
        Set<String> inputs = new LinkedHashSet<>(schema.modalities().keySet());
        if (hasPresence(schema)) {
            schema.modalities().keySet().forEach(name -> inputs.add(presence(name)));
        }
        requireNames("inputs", session.getInputInfo(), inputs);
        requireNames("outputs", session.getOutputInfo(), schema.heads().keySet());
        for (String name : schema.modalities().keySet()) {
            TensorShape shape = schema.modality(name).shape();
            requireTensor(
                    "input",
                    session.getInputInfo(),
                    name,
                    shape.channels(),
                    shape.height(),
                    shape.width());
            if (hasPresence(schema)) {
                requireTensor("input", session.getInputInfo(), presence(name), 1);
            }
        }
        for (String head : schema.heads().keySet()) {
            requireTensor("output", session.getOutputInfo(), head, schema.head(head).width());
        }
    }

    private static void requireNames(
            String kind, Map<String, NodeInfo> found, Set<String> expected) {
        if (!found.keySet().equals(expected)) {
            throw new UnusableModelException(
                    "its " + kind + " are " + found.keySet() + ", its schema asks for " + expected);
        }
    }

    private static void requireTensor(
            String kind, Map<String, NodeInfo> found, String name, long... perCapture) {
        NodeInfo node = found.get(name);
        if (node == null
                || !(node.getInfo() instanceof TensorInfo tensor)
                || tensor.type != OnnxJavaType.FLOAT) {
            throw new UnusableModelException("its " + kind + " " + name + " is not of float32");
        }
        long[] shape = tensor.getShape();
        // -1 is a symbolic batch.
        if (shape.length != perCapture.length + 1
                || (shape[0] != -1 && shape[0] != 1)
                || !Arrays.equals(shape, 1, shape.length, perCapture, 0, perCapture.length)) {
            throw new UnusableModelException(
                    "its %s %s is %s, its schema asks for %s after the batch"
                            .formatted(
                                    kind,
                                    name,
                                    Arrays.toString(shape),
                                    Arrays.toString(perCapture)));
        }
    }
}
