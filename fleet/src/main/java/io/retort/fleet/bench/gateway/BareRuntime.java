package io.retort.fleet.bench.gateway;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.TensorShape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// ONNX Runtime in this process, as fast as it goes from Java: a tensor that is ready is copied to
/// a direct buffer that is used again and again, and answers go to pinned tensors. Owns the session
/// and the callers' tensors.
final class BareRuntime implements AutoCloseable {

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final Schema schema;
    private final String modality;
    private final List<float[]> tensors;
    private final OrtSession session;
    private final List<OnnxTensor> owned = new ArrayList<>();

    /// @param tensors CHW, which calls take in turn
    BareRuntime(byte[] onnx, Schema schema, List<float[]> tensors) throws IOException {
        this.schema = schema;
        this.modality = schema.modalities().keySet().iterator().next();
        this.tensors = tensors;
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            this.session = environment.createSession(onnx, options);
        } catch (OrtException e) {
            throw new IOException("ONNX Runtime: " + e.getMessage(), e);
        }
    }

    /// With tensors of its own.
    Load.Caller caller() throws IOException {
        TensorShape shape = schema.modality(modality).shape();
        FloatBuffer input = direct(shape.size());
        Map<String, OnnxTensor> inputs =
                Map.of(modality, tensor(input, 1, shape.channels(), shape.height(), shape.width()));
        Map<String, OnnxTensor> outputs = new LinkedHashMap<>();
        for (String head : schema.heads().keySet()) {
            int width = schema.head(head).width();
            outputs.put(head, tensor(direct(width), 1, width));
        }
        return i -> {
            input.put(0, tensors.get(i % tensors.size()));
            try (OrtSession.Result _ = session.run(inputs, outputs)) {
                return true;
            } catch (OrtException e) {
                throw new IOException("ONNX Runtime: " + e.getMessage(), e);
            }
        };
    }

    @Override
    public void close() throws IOException {
        owned.forEach(OnnxTensor::close);
        try {
            session.close();
        } catch (OrtException e) {
            throw new IOException("ONNX Runtime: " + e.getMessage(), e);
        }
    }

    private OnnxTensor tensor(FloatBuffer buffer, long... shape) throws IOException {
        try {
            OnnxTensor tensor = OnnxTensor.createTensor(environment, buffer, shape);
            owned.add(tensor);
            return tensor;
        } catch (OrtException e) {
            throw new IOException("ONNX Runtime: " + e.getMessage(), e);
        }
    }

    private static FloatBuffer direct(int values) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(values, Float.BYTES))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }
}
