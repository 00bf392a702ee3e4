package io.retort.distillation.export;

import ai.onnx.proto.OnnxMl.GraphProto;
import io.retort.contract.schema.Head;
import io.retort.contract.schema.Schema;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Encoder;
import io.retort.learning.model.MultimodalModel;
import io.retort.learning.model.Weights;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Turns a trained network into `fp32.onnx` and `int8.onnx`, and further variants where asked.
public final class Export {

    /// How a file's numbers were made from floats; fp32 files lack it.
    static final String QUANTIZATION = "retort.quantization";

    private Export() {}

    /// Writes all files, or none. The same arguments give the same bytes on the same platform.
    ///
    /// @param studentSchema names the network's modalities and heads; the files carry it, reduced
    ///   to what the network sees
    /// @param metadata `retort.model` and `retort.provenance`; `retort.schema` and `retort.variant`
    ///   are added, and to all but fp32 `retort.quantization`
    /// @param calibration captures of the training set, from which the ranges of int8 are measured
    /// @param parityInputs captures on which the fp32 file must answer as the network does
    /// @throws IllegalArgumentException when weights are not finite, do not fit, or there is
    ///   nothing to calibrate or compare with
    /// @throws ParityException when the fp32 file answers otherwise than the network
    public static Exported write(
            Architecture architecture,
            Weights weights,
            Schema studentSchema,
            Map<String, String> metadata,
            List<Map<String, float[]>> calibration,
            List<Map<String, float[]>> parityInputs,
            Path folder)
            throws IOException {
        return write(
                architecture,
                weights,
                studentSchema,
                metadata,
                calibration,
                parityInputs,
                Quantization.usual(architecture, TargetProfile.ANY),
                Set.of(),
                folder);
    }

    /// As above, with int8 made otherwise.
    ///
    /// @param further variants beside fp32 and int8
    public static Exported write(
            Architecture architecture,
            Weights weights,
            Schema studentSchema,
            Map<String, String> metadata,
            List<Map<String, float[]>> calibration,
            List<Map<String, float[]>> parityInputs,
            Quantization quantization,
            Set<Variant> further,
            Path folder)
            throws IOException {
        Schema schema = seen(architecture, studentSchema);
        weights.requireFit(architecture);
        requireFinite(weights);
        if (calibration.isEmpty()) {
            throw new IllegalArgumentException("int8 needs at least 1 capture to calibrate with");
        }
        GraphProto floats = FloatGraph.of(architecture, weights);
        byte[] fp32 = Onnx.model(floats, metadata(metadata, schema, Variant.FP32));
        Parity parity;
        try (MultimodalModel trained = new MultimodalModel(architecture, weights);
                OnnxModel exported = OnnxModel.of(fp32, "the fp32 file")) {
            parity = Parity.of(trained, exported, parityInputs);
        }
        parity.require();
        Map<Variant, byte[]> files = new EnumMap<>(Variant.class);
        files.put(Variant.FP32, fp32);
        files.put(
                Variant.INT8,
                quantized(
                        quantization.of(floats, calibration),
                        quantization.toString(),
                        metadata(metadata, schema, Variant.INT8)));
        for (Variant variant : further) {
            switch (variant) {
                case FP32, INT8 -> {}
                case FP16 ->
                        files.put(
                                variant,
                                quantized(
                                        HalfGraph.of(floats),
                                        "16-bit weights",
                                        metadata(metadata, schema, variant)));
                case DYNAMIC ->
                        files.put(
                                variant,
                                quantized(
                                        DynamicGraph.of(floats, quantization.target()),
                                        "dynamic, linear layers, for "
                                                + quantization.target().title(),
                                        metadata(metadata, schema, variant)));
            }
        }
        for (Map.Entry<Variant, byte[]> file : files.entrySet()) {
            String name = "the %s file".formatted(file.getKey().title());
            try (OnnxModel exported = OnnxModel.of(file.getValue(), name)) {
                requireFinite(name, exported.run(calibration.subList(0, 1)).getFirst());
            }
        }
        Files.createDirectories(folder);
        Map<Variant, Path> written = new EnumMap<>(Variant.class);
        for (Map.Entry<Variant, byte[]> file : files.entrySet()) {
            written.put(
                    file.getKey(), write(folder.resolve(file.getKey().file()), file.getValue()));
        }
        return new Exported(written, quantization, parity.maxAbsDiff());
    }

    /// @param how as files and verdicts tell it
    private static byte[] quantized(GraphProto graph, String how, Map<String, String> metadata) {
        metadata.put(QUANTIZATION, how);
        return Onnx.model(graph, metadata);
    }

    /// The schema's part that the network sees and answers.
    private static Schema seen(Architecture architecture, Schema schema) {
        List<String> modalities = new ArrayList<>();
        for (Encoder encoder : architecture.encoders()) {
            modalities.add(encoder.modality());
            if (!schema.modality(encoder.modality()).shape().equals(encoder.input())) {
                throw new IllegalArgumentException(
                        "%s has shape %s in the schema, the network takes %s"
                                .formatted(
                                        encoder.modality(),
                                        schema.modality(encoder.modality()).shape(),
                                        encoder.input()));
            }
        }
        Map<String, Integer> widths = new HashMap<>();
        for (Map.Entry<String, Head> head : schema.heads().entrySet()) {
            widths.put(head.getKey(), head.getValue().width());
        }
        if (!widths.equals(architecture.heads())) {
            throw new IllegalArgumentException(
                    "the schema's heads are %s, the network's %s"
                            .formatted(widths, architecture.heads()));
        }
        return schema.select(modalities);
    }

    private static void requireFinite(Weights weights) {
        weights.tensors()
                .forEach((name, tensor) -> {
                    for (float value : tensor.values()) {
                        if (!Float.isFinite(value)) {
                            throw new IllegalArgumentException(
                                    "weights: %s holds %s".formatted(name, value));
                        }
                    }
                });
    }

    private static void requireFinite(String file, Map<String, float[]> heads) {
        heads.forEach((head, values) -> {
            for (float value : values) {
                if (!Float.isFinite(value)) {
                    throw new IllegalStateException(
                            "%s answers %s in head %s".formatted(file, value, head));
                }
            }
        });
    }

    private static Map<String, String> metadata(
            Map<String, String> given, Schema schema, Variant variant) {
        Map<String, String> metadata = new HashMap<>(given);
        metadata.put("retort.schema", schema.toJson());
        metadata.put("retort.variant", variant.title());
        return metadata;
    }

    /// Whole or not at all.
    private static Path write(Path file, byte[] bytes) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try (FileChannel channel =
                FileChannel.open(
                        part,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        return Files.move(
                part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
