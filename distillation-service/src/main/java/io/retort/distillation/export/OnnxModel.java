package io.retort.distillation.export;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// An exported network that answers, on one thread of ONNX Runtime. Safe for use by many threads;
/// owns native memory until closed.
public final class OnnxModel implements AutoCloseable {

    /// Prefix of the inputs (batch x 1) that say which captures carry a modality.
    static final String PRESENCE = "presence:";

    private static final int LARGEST_BATCH = 64;

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final Map<String, long[]> shapes = new LinkedHashMap<>();
    private final Map<String, String> metadata;

    /// @param session closed with the model
    OnnxModel(OrtSession session) throws OrtException {
        this.session = session;
        for (Map.Entry<String, NodeInfo> input : session.getInputInfo().entrySet()) {
            if (input.getValue().getInfo() instanceof TensorInfo info) {
                shapes.put(input.getKey(), info.getShape());
            }
        }
        this.metadata = Map.copyOf(session.getMetadata().getCustomMetadata());
    }

    /// @throws IOException when the file cannot be read or is no network that ONNX Runtime takes
    public static OnnxModel open(Path file) throws IOException {
        return of(Files.readAllBytes(file), file.toString());
    }

    static OnnxModel of(byte[] bytes, String name) throws IOException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            return new OnnxModel(OrtEnvironment.getEnvironment().createSession(bytes, options));
        } catch (OrtException e) {
            throw new IOException(
                    name + " is no network that ONNX Runtime takes: " + e.getMessage(), e);
        }
    }

    /// What the file says of itself: `retort.schema`, `retort.model` and so on.
    public Map<String, String> metadata() {
        return metadata;
    }

    /// @param inputs per capture, the tensors (CHW) of the modalities that it carries
    /// @return per capture, the values of each head: logits, or one number
    /// @throws IllegalArgumentException when a capture lacks the only modality of the network, or a
    ///   tensor has the wrong size
    public List<Map<String, float[]>> run(List<Map<String, float[]>> inputs) {
        List<Map<String, float[]>> outputs = new ArrayList<>(inputs.size());
        for (int from = 0; from < inputs.size(); from += LARGEST_BATCH) {
            runBatch(inputs.subList(from, Math.min(inputs.size(), from + LARGEST_BATCH)), outputs);
        }
        return outputs;
    }

    /// One capture as the session takes it, to be asked again and again. Owns native memory until
    /// closed, which must be before the model.
    final class Ready implements AutoCloseable {

        private final Map<String, OnnxTensor> tensors;

        private Ready(Map<String, OnnxTensor> tensors) {
            this.tensors = tensors;
        }

        /// Runs the network and forgets its answer.
        void run() {
            try {
                session.run(tensors).close();
            } catch (OrtException e) {
                throw failed(e);
            }
        }

        @Override
        public void close() {
            tensors.values().forEach(OnnxTensor::close);
        }
    }

    Ready ready(Map<String, float[]> capture) {
        try {
            return new Ready(tensors(List.of(capture)));
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    private void runBatch(List<Map<String, float[]>> batch, List<Map<String, float[]>> outputs) {
        try {
            Map<String, OnnxTensor> tensors = tensors(batch);
            try (OrtSession.Result result = session.run(tensors)) {
                outputs.addAll(rows(result, batch.size()));
            } finally {
                tensors.values().forEach(OnnxTensor::close);
            }
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    private Map<String, OnnxTensor> tensors(List<Map<String, float[]>> batch) throws OrtException {
        Map<String, FloatBuffer> values = new LinkedHashMap<>();
        for (String input : shapes.keySet()) {
            values.put(
                    input,
                    input.startsWith(PRESENCE)
                            ? presence(input.substring(PRESENCE.length()), batch)
                            : stacked(input, batch));
        }
        Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, FloatBuffer> input : values.entrySet()) {
            tensors.put(
                    input.getKey(),
                    OnnxTensor.createTensor(
                            environment, input.getValue(), shape(input.getKey(), batch.size())));
        }
        return tensors;
    }

    private static IllegalStateException failed(OrtException e) {
        return new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
    }

    private static FloatBuffer presence(String modality, List<Map<String, float[]>> batch) {
        FloatBuffer values = buffer(batch.size());
        for (Map<String, float[]> capture : batch) {
            values.put(capture.containsKey(modality) ? 1 : 0);
        }
        return values.flip();
    }

    private FloatBuffer stacked(String modality, List<Map<String, float[]>> batch) {
        int size = 1;
        for (long dimension : shape(modality, 1)) {
            size = Math.toIntExact(size * dimension);
        }
        FloatBuffer values = buffer(batch.size() * size);
        for (Map<String, float[]> capture : batch) {
            float[] tensor = capture.get(modality);
            if (tensor == null) {
                if (!shapes.containsKey(PRESENCE + modality)) {
                    throw new IllegalArgumentException(
                            "a capture lacks " + modality + ", all that the network sees");
                }
                // Direct buffers begin as zeros.
                values.position(values.position() + size);
            } else if (tensor.length == size) {
                values.put(tensor);
            } else {
                throw new IllegalArgumentException(
                        "%s has %d values, the network takes %d"
                                .formatted(modality, tensor.length, size));
            }
        }
        return values.flip();
    }

    private static FloatBuffer buffer(int values) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(4, values))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    private long[] shape(String input, int captures) {
        long[] declared = shapes.get(input);
        if (declared == null) {
            throw new IllegalArgumentException("the network has no input " + input);
        }
        long[] shape = declared.clone();
        shape[0] = captures;
        return shape;
    }

    private static List<Map<String, float[]>> rows(OrtSession.Result result, int captures) {
        List<Map<String, float[]>> rows = new ArrayList<>(captures);
        for (int i = 0; i < captures; i++) {
            rows.add(new LinkedHashMap<>());
        }
        for (Map.Entry<String, OnnxValue> output : result) {
            if (output.getValue() instanceof OnnxTensor tensor) {
                FloatBuffer values = tensor.getFloatBuffer();
                for (Map<String, float[]> row : rows) {
                    float[] own = new float[values.capacity() / captures];
                    values.get(own);
                    row.put(output.getKey(), own);
                }
            }
        }
        return rows;
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw failed(e);
        }
    }
}
