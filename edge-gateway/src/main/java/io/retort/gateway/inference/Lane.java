package io.retort.gateway.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.retort.contract.schema.Modality;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.TensorShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/// Input and output tensors of one request at a time, over direct buffers that are reused from
/// request to request. Owns the tensors.
final class Lane implements AutoCloseable {

    private final Map<String, FloatBuffer> inputs = new LinkedHashMap<>();
    private final Map<String, FloatBuffer> presences = new LinkedHashMap<>();
    private final Map<String, FloatBuffer> outputs = new LinkedHashMap<>();
    private final Map<String, OnnxTensor> inputTensors = new LinkedHashMap<>();
    private final Map<String, OnnxTensor> outputTensors = new LinkedHashMap<>();

    private Lane() {}

    static Lane of(Schema schema) throws OrtException {
        Lane lane = new Lane();
        try {
            lane.allocate(schema);
            return lane;
        } catch (OrtException e) {
            lane.close();
            throw e;
        }
    }

    /// @param tensors CHW by modality; one that is absent is zeros, and said to be absent
    /// @return values by head, in the schema's order
    Map<String, float[]> run(OrtSession session, Map<String, float[]> tensors) throws OrtException {
        inputs.forEach((modality, input) -> {
            float[] tensor = tensors.get(modality);
            input.put(0, tensor == null ? new float[input.capacity()] : tensor);
        });
        presences.forEach(
                (modality, presence) -> presence.put(0, tensors.containsKey(modality) ? 1 : 0));
        session.run(inputTensors, outputTensors).close();
        Map<String, float[]> answers = new LinkedHashMap<>();
        outputs.forEach((head, output) -> {
            float[] values = new float[output.capacity()];
            output.get(0, values);
            answers.put(head, values);
        });
        return Collections.unmodifiableMap(answers);
    }

    @Override
    public void close() {
        inputTensors.values().forEach(OnnxTensor::close);
        outputTensors.values().forEach(OnnxTensor::close);
    }

    private void allocate(Schema schema) throws OrtException {
        boolean presence = Signature.hasPresence(schema);
        for (Map.Entry<String, Modality> modality : schema.modalities().entrySet()) {
            String name = modality.getKey();
            TensorShape shape = modality.getValue().shape();
            input(inputs, name, name, 1, shape.channels(), shape.height(), shape.width());
            if (presence) {
                input(presences, name, Signature.presence(name), 1, 1);
            }
        }
        for (String head : schema.heads().keySet()) {
            FloatBuffer buffer = direct(schema.head(head).width());
            outputs.put(head, buffer);
            outputTensors.put(head, tensor(buffer, 1, buffer.capacity()));
        }
    }

    private void input(
            Map<String, FloatBuffer> buffers, String modality, String input, long... shape)
            throws OrtException {
        long size = 1;
        for (long side : shape) {
            size *= side;
        }
        FloatBuffer buffer = direct(Math.toIntExact(size));
        buffers.put(modality, buffer);
        inputTensors.put(input, tensor(buffer, shape));
    }

    private static OnnxTensor tensor(FloatBuffer buffer, long... shape) throws OrtException {
        return Objects.requireNonNull(
                OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), buffer, shape));
    }

    private static FloatBuffer direct(int values) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(values, Float.BYTES))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }
}
