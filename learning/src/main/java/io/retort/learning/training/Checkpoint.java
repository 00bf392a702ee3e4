package io.retort.learning.training;

import io.retort.contract.Digests;
import io.retort.learning.model.Weights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// All that a run is between two epochs, in one safetensors file that is replaced as a whole.
///
/// @param epochs done
/// @param step optimiser steps tried
/// @param updates of the optimiser
/// @param tensors weights, moments, averages, projections and memories, by name
record Checkpoint(int epochs, int step, int updates, Map<String, Weights.Tensor> tensors) {

    private static final String POSITION = "position";
    private static final String RUN = "run";

    /// Nothing is kept where the run has not got to the end of an epoch, or where the file is of
    /// another run: other examples, settings, recipe, network or start.
    static @Nullable Checkpoint read(Path file, String run) {
        if (!Files.exists(file)) {
            return null;
        }
        try {
            Map<String, Weights.Tensor> tensors = new LinkedHashMap<>(Weights.load(file).tensors());
            Weights.Tensor position = tensors.remove(POSITION);
            Weights.Tensor made = tensors.remove(RUN);
            if (position == null
                    || made == null
                    || !Arrays.equals(made.values(), fingerprint(run))) {
                return null;
            }
            float[] values = position.values();
            return new Checkpoint((int) values[0], (int) values[1], (int) values[2], tensors);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    file + " cannot be gone on from; without it the run starts again", e);
        }
    }

    /// Exact for counts below 2^24, which is more steps than anyone waits for.
    void write(Path file, String run) {
        Map<String, Weights.Tensor> all = new LinkedHashMap<>(tensors);
        all.put(POSITION, new Weights.Tensor(List.of(3), new float[] {epochs, step, updates}));
        all.put(RUN, new Weights.Tensor(List.of(64), fingerprint(run)));
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            new Weights(all).save(file);
        } catch (IOException e) {
            throw new UncheckedIOException("could not keep " + file, e);
        }
    }

    /// SHA-256 of everything that decides what the assignment makes, in hex.
    static String digest(Assignment assignment, List<Example> useful) {
        MessageDigest sha256 = Digests.sha256();
        text(sha256, assignment.architecture().toString());
        text(sha256, assignment.schema().toJson());
        text(sha256, assignment.recipe().toString());
        text(sha256, assignment.settings().toString());
        if (assignment.initial() != null) {
            text(sha256, assignment.initial().digest());
        }
        if (assignment.quantization() != null) {
            text(sha256, assignment.quantization().toString());
        }
        for (QuadraticPenalty penalty : assignment.penalties()) {
            text(sha256, Double.toString(penalty.strength()));
            new TreeMap<>(penalty.anchor()).forEach((name, values) -> floats(sha256, name, values));
            new TreeMap<>(penalty.importance())
                    .forEach((name, values) -> floats(sha256, name, values));
        }
        for (Example example : useful) {
            text(sha256, example.id());
            text(sha256, new TreeMap<>(example.targets()).toString());
            example.inputs().forEach((name, values) -> floats(sha256, name, values));
            Knowledge knowledge = example.knowledge();
            if (knowledge != null) {
                new TreeMap<>(knowledge.heads())
                        .forEach((name, values) -> floats(sha256, name, values));
                new TreeMap<>(knowledge.features())
                        .forEach((name, values) -> floats(sha256, name, values));
                new TreeMap<>(knowledge.attention())
                        .forEach((name, map) -> floats(sha256, name, map.values()));
            }
        }
        return Digests.hex(sha256);
    }

    private static void text(MessageDigest sha256, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        sha256.update(ByteBuffer.allocate(4).putInt(bytes.length).array());
        sha256.update(bytes);
    }

    private static void floats(MessageDigest sha256, String name, float[] values) {
        text(sha256, name);
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
        bytes.asFloatBuffer().put(values);
        sha256.update(bytes.array());
    }

    private static float[] fingerprint(String digest) {
        float[] digits = new float[digest.length()];
        for (int i = 0; i < digits.length; i++) {
            digits[i] = Character.digit(digest.charAt(i), 16);
        }
        return digits;
    }
}
