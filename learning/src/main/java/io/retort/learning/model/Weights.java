package io.retort.learning.model;

import io.retort.contract.Digests;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.BatchNormalization;
import io.retort.learning.architecture.Encoder;
import io.retort.learning.architecture.Parameter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Named float32 tensors, row-major, in a fixed order; on disk in the safetensors format.
public record Weights(Map<String, Tensor> tensors) {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final long LARGEST_HEADER = 16 * 1024 * 1024;
    private static final float LATE = 0.02f;

    /// Shape and values; the array is owned by the weights and must not be written.
    public record Tensor(List<Integer> shape, float[] values) {

        public Tensor {
            shape = List.copyOf(shape);
            if (shape.stream().anyMatch(dimension -> dimension < 0)) {
                throw new IllegalArgumentException("shape " + shape + " is negative");
            }
            int size = shape.stream().reduce(1, Math::multiplyExact);
            if (size != values.length) {
                throw new IllegalArgumentException(
                        "shape %s does not hold %d values".formatted(shape, values.length));
            }
        }
    }

    public Weights {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    /// Random weights: normal with variance 2 / fan-in (He et al. 2015, eq. 10), heads with
    /// variance 1 / fan-in; biases and running means 0, scales and running variances 1.
    ///
    /// Where encoders without normalisation (vectors) meet encoders with it (images, signals), the
    /// last scale of the latter starts near 0, as residual branches' do at 0 (Goyal et al. 2017,
    /// section 5.1): an image of thousands of values can tell few examples apart by accident, and
    /// would, before the vector has said what it knows. So the vector leads, and the image joins as
    /// far as it still lowers the loss.
    public static Weights initial(Architecture architecture, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Set<String> late = lateScales(architecture);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Parameter parameter : architecture.layout()) {
            float[] values = new float[parameter.size()];
            switch (parameter.role()) {
                case WEIGHT -> {
                    double gain = parameter.name().startsWith("heads.") ? 1 : 2;
                    double deviation = Math.sqrt(gain / parameter.fanIn());
                    for (int i = 0; i < values.length; i++) {
                        values[i] = (float) (random.nextGaussian() * deviation);
                    }
                }
                case SCALE -> Arrays.fill(values, late.contains(parameter.name()) ? LATE : 1);
                case RUNNING_VARIANCE -> Arrays.fill(values, 1);
                case BIAS, RUNNING_MEAN -> {}
            }
            tensors.put(parameter.name(), new Tensor(parameter.shape(), values));
        }
        return new Weights(tensors);
    }

    /// Names of the last scale of each encoder that has one, if another encoder has none.
    private static Set<String> lateScales(Architecture architecture) {
        Set<String> last = new HashSet<>();
        boolean plain = false;
        for (Encoder encoder : architecture.encoders()) {
            int i = encoder.layers().size() - 1;
            while (i >= 0 && !(encoder.layers().get(i) instanceof BatchNormalization)) {
                i--;
            }
            if (i < 0) {
                plain = true;
            } else {
                last.add("encoders." + encoder.modality() + "." + i + ".gamma");
            }
        }
        return plain ? last : Set.of();
    }

    public Tensor tensor(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("no tensor " + name + " among " + tensors.keySet());
        }
        return tensor;
    }

    /// SHA-256 over names, shapes and values, in hex.
    public String digest() {
        MessageDigest sha256 = Digests.sha256();
        tensors.forEach((name, tensor) -> {
            sha256.update((name + tensor.shape()).getBytes(StandardCharsets.UTF_8));
            sha256.update(bytes(tensor.values()));
        });
        return Digests.hex(sha256);
    }

    /// Throws unless these are the architecture's tensors, by name and shape.
    public void requireFit(Architecture architecture) {
        List<Parameter> layout = architecture.layout();
        for (Parameter parameter : layout) {
            if (!tensor(parameter.name()).shape().equals(parameter.shape())) {
                throw new IllegalArgumentException(
                        "%s has shape %s, the architecture needs %s"
                                .formatted(
                                        parameter.name(),
                                        tensor(parameter.name()).shape(),
                                        parameter.shape()));
            }
        }
        if (layout.size() != tensors.size()) {
            throw new IllegalArgumentException(
                    "%d tensors, the architecture has %d".formatted(tensors.size(), layout.size()));
        }
    }

    /// Writes a safetensors file, whole or not at all.
    public void save(Path file) throws IOException {
        ObjectNode header = JSON.createObjectNode();
        long offset = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            ObjectNode node = header.putObject(entry.getKey());
            node.put("dtype", "F32");
            entry.getValue().shape().forEach(node.putArray("shape")::add);
            long end = offset + 4L * entry.getValue().values().length;
            node.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        byte[] json = JSON.writeValueAsBytes(header);
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try (FileChannel channel =
                FileChannel.open(
                        part,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer size = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            writeAll(channel, size.putLong(0, json.length));
            writeAll(channel, ByteBuffer.wrap(json));
            for (Tensor tensor : tensors.values()) {
                writeAll(channel, bytes(tensor.values()));
            }
            channel.force(true);
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    public static Weights load(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer size = readAll(channel, 8, file);
            long length = size.getLong(0);
            if (length < 2 || length > Math.min(LARGEST_HEADER, channel.size())) {
                throw new IOException(file + " is not a safetensors file: header of " + length);
            }
            JsonNode header = JSON.readTree(readAll(channel, (int) length, file).array());
            if (!header.isObject()) {
                throw new IOException(file + " is not a safetensors file: no object in its header");
            }
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (Map.Entry<String, JsonNode> entry : header.properties()) {
                if (entry.getKey().equals("__metadata__")) {
                    continue;
                }
                JsonNode node = entry.getValue();
                if (!node.path("dtype").asString().equals("F32")) {
                    throw new IOException(file + ": " + entry.getKey() + " is not F32");
                }
                List<Integer> shape = new ArrayList<>();
                node.path("shape").forEach(dimension -> shape.add(dimension.asInt()));
                long begin = node.path("data_offsets").path(0).asLong();
                long end = node.path("data_offsets").path(1).asLong();
                if (begin < 0 || end < begin || end > channel.size() - 8 - length) {
                    throw new IOException(file + ": " + entry.getKey() + " is cut short");
                }
                channel.position(8 + length + begin);
                float[] values = new float[Math.toIntExact((end - begin) / 4)];
                if (end - begin != 4L * values.length) {
                    throw new IOException(
                            file
                                    + ": "
                                    + entry.getKey()
                                    + " does not hold whole numbers of 4 bytes");
                }
                readAll(channel, 4 * values.length, file).asFloatBuffer().get(values);
                tensors.put(entry.getKey(), new Tensor(shape, values));
            }
            return new Weights(tensors);
        } catch (JacksonException | IllegalArgumentException | ArithmeticException e) {
            throw new IOException(file + " is not a safetensors file: " + e.getMessage(), e);
        }
    }

    private static ByteBuffer bytes(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }

    private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static ByteBuffer readAll(FileChannel channel, int size, Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw new IOException(file + " is cut short");
            }
        }
        return bytes.flip();
    }
}
