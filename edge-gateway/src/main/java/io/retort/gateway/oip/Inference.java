package io.retort.gateway.oip;

import io.retort.gateway.inference.Model;
import io.retort.gateway.inference.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Runs a request's captures one after the other: the model's tensors hold one.
final class Inference {

    private final Model model;
    private final int largestBatch;

    Inference(Model model, int largestBatch) {
        this.model = model;
        this.largestBatch = largestBatch;
    }

    /// One output for the whole batch.
    ///
    /// @param values batch x width
    record Answer(TensorSpec output, int batch, float[] values, boolean binary) {

        /// The values as binary tensors travel, little-endian.
        byte[] bytes() {
            ByteBuffer bytes =
                    ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values);
            return bytes.array();
        }
    }

    /// @throws OipException naming the tensor that is missing, unknown, or of another shape
    List<Answer> run(InferRequest request) {
        Map<String, InferRequest.Input> given = given(request);
        int batch = batch(given);
        List<Answer> answers = asked(request, batch);
        for (int capture = 0; capture < batch; capture++) {
            Map<String, float[]> heads = model.runSoon(tensors(given, capture));
            for (Answer answer : answers) {
                float[] values = Objects.requireNonNull(heads.get(answer.output().name()));
                System.arraycopy(
                        values, 0, answer.values(), capture * values.length, values.length);
            }
        }
        return answers;
    }

    private Map<String, InferRequest.Input> given(InferRequest request) {
        Map<String, TensorSpec> known = new LinkedHashMap<>();
        model.inputs().forEach(input -> known.put(input.name(), input));
        Map<String, InferRequest.Input> given = new HashMap<>();
        for (InferRequest.Input input : request.inputs()) {
            TensorSpec spec = known.get(input.name());
            if (spec == null) {
                throw OipException.invalid(
                        "input '%s' is none of the model's %s"
                                .formatted(input.name(), known.keySet()));
            }
            if (given.put(input.name(), input) != null) {
                throw OipException.invalid("input '%s' comes twice".formatted(input.name()));
            }
            requireShape(input, spec);
        }
        for (String modality : model.schema().modalities().keySet()) {
            if (!given.containsKey(modality)) {
                throw OipException.invalid("input '%s' is missing".formatted(modality));
            }
        }
        return given;
    }

    private void requireShape(InferRequest.Input input, TensorSpec spec) {
        List<Long> shape = input.shape();
        if (shape.size() != spec.shape().size()
                || !shape.subList(1, shape.size())
                        .equals(spec.shape().subList(1, spec.shape().size()))) {
            throw OipException.invalid(
                    "input '%s': shape is %s, the model takes %s"
                            .formatted(input.name(), shape, spec.shape()));
        }
        long batch = shape.getFirst();
        if (batch < 1 || batch > largestBatch) {
            throw OipException.invalid(
                    "input '%s': a batch of %d is not 1 to %d"
                            .formatted(input.name(), batch, largestBatch));
        }
        if (input.data().length != batch * spec.size()) {
            throw OipException.invalid(
                    "input '%s' has %d values, its shape %s has %d"
                            .formatted(
                                    input.name(), input.data().length, shape, batch * spec.size()));
        }
        for (float value : input.data()) {
            if (!Float.isFinite(value)) {
                throw OipException.invalid("input '%s' holds %s".formatted(input.name(), value));
            }
        }
    }

    private static int batch(Map<String, InferRequest.Input> given) {
        List<Long> batches =
                given.values().stream().map(input -> input.shape().getFirst()).distinct().toList();
        if (batches.size() > 1) {
            throw OipException.invalid("the inputs' batches differ: " + batches);
        }
        return Math.toIntExact(batches.getFirst());
    }

    private Map<String, float[]> tensors(Map<String, InferRequest.Input> given, int capture) {
        Map<String, float[]> tensors = new LinkedHashMap<>();
        model.schema()
                .modalities()
                .forEach((name, modality) -> {
                    if (sensed(given, name, capture)) {
                        int size = modality.shape().size();
                        float[] all = Objects.requireNonNull(given.get(name)).data();
                        tensors.put(
                                name,
                                all.length == size
                                        ? all
                                        : Arrays.copyOfRange(
                                                all, capture * size, (capture + 1) * size));
                    }
                });
        if (tensors.isEmpty()) {
            throw OipException.invalid("no modality was sensed");
        }
        return tensors;
    }

    /// What no input says was sensed was.
    private boolean sensed(Map<String, InferRequest.Input> given, String modality, int capture) {
        Optional<InferRequest.Input> presence = model.presence(modality).map(given::get);
        if (presence.isEmpty()) {
            return true;
        }
        float value = presence.get().data()[capture];
        if (value != 0 && value != 1) {
            throw OipException.invalid(
                    "input '%s' holds %s, allowed are 0 and 1"
                            .formatted(presence.get().name(), value));
        }
        return value == 1;
    }

    private List<Answer> asked(InferRequest request, int batch) {
        Map<String, TensorSpec> known = new LinkedHashMap<>();
        model.outputs().forEach(output -> known.put(output.name(), output));
        List<Answer> answers = new ArrayList<>();
        if (request.outputs().isEmpty()) {
            known.values()
                    .forEach(output -> answers.add(answer(output, batch, request.binaryOutputs())));
        }
        for (InferRequest.Output output : request.outputs()) {
            TensorSpec spec = known.get(output.name());
            if (spec == null) {
                throw OipException.invalid(
                        "output '%s' is none of the model's %s"
                                .formatted(output.name(), known.keySet()));
            }
            Boolean binary = output.binary();
            answers.add(answer(spec, batch, binary == null ? request.binaryOutputs() : binary));
        }
        return answers;
    }

    private static Answer answer(TensorSpec output, int batch, boolean binary) {
        return new Answer(output, batch, new float[batch * output.size()], binary);
    }
}
