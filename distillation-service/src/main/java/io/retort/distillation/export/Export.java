package io.retort.distillation.export;

import ai.onnx.proto.OnnxMl.GraphProto;
import io.retort.contract.reference.Reference;
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
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Turns a trained network into `fp32.onnx` and `int8.onnx`, and further variants where asked.
public final class Export {

    /// How a file's numbers were made from floats; fp32 files lack it.
    static final String QUANTIZATION = "retort.quantization";

    private Export() {}

    /// Writes all files, or none. The same arguments give the same bytes on the same platform.
    ///
    /// @param studentSchema names the network's modalities and heads; the files carry it, reduced
    ///   to what the network sees
    /// @param metadata `retort.model` and `retort.provenance`; `retort.schema`, `retort.variant`
    ///   and `retort.reference` are added, and to all but fp32 `retort.quantization`
    /// @throws IllegalArgumentException when weights are not finite or do not fit
    /// @throws ParityException when the fp32 file answers otherwise than the network
    public static Exported write(
            Architecture architecture,
            Weights weights,
            Schema studentSchema,
            Map<String, String> metadata,
            Captures captures,
            Path folder)
            throws IOException {
        return write(
                architecture,
                weights,
                studentSchema,
                metadata,
                captures,
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
            Captures captures,
            Quantization quantization,
            Set<Variant> further,
            Path folder)
            throws IOException {
        Schema schema = seen(architecture, studentSchema);
        weights.requireFit(architecture);
        requireFinite(weights);
        GraphProto floats = FloatGraph.of(architecture, weights);
        Parity parity = parity(architecture, weights, floats, captures);
        parity.require();
        Set<Variant> variants = EnumSet.of(Variant.FP32, Variant.INT8);
        variants.addAll(further);
        Map<Variant, byte[]> files = new EnumMap<>(Variant.class);
        for (Variant variant : variants) {
            Form form =
                    switch (variant) {
                        case FP32 -> new Form(floats, null);
                        case INT8 ->
                                new Form(
                                        quantization.of(floats, captures.calibration()),
                                        quantization.toString());
                        case FP16 -> new Form(HalfGraph.of(floats), "16-bit weights");
                        case DYNAMIC ->
                                new Form(
                                        DynamicGraph.of(floats, quantization.target()),
                                        "dynamic, linear layers, for "
                                                + quantization.target().title());
                    };
            files.put(variant, file(variant, form, schema, metadata, captures));
        }
        Files.createDirectories(folder);
        Map<Variant, Path> written = new EnumMap<>(Variant.class);
        for (Map.Entry<Variant, byte[]> file : files.entrySet()) {
            written.put(
                    file.getKey(), write(folder.resolve(file.getKey().file()), file.getValue()));
        }
        return new Exported(written, quantization, parity.maxAbsDiff());
    }

    /// Another int8 file for the same release, in a folder of its own.
    ///
    /// @param tuned weights that [FineTuning] found
    /// @return the release with that file
    public static Exported tuned(
            Exported exported,
            Architecture architecture,
            Weights tuned,
            Schema studentSchema,
            Map<String, String> metadata,
            Captures captures,
            Path folder)
            throws IOException {
        Quantization quantization = exported.quantization().tuned();
        requireFinite(tuned);
        GraphProto int8 =
                quantization.of(FloatGraph.of(architecture, tuned), captures.calibration());
        byte[] file =
                file(
                        Variant.INT8,
                        new Form(int8, quantization.toString()),
                        seen(architecture, studentSchema),
                        metadata,
                        captures);
        Files.createDirectories(folder);
        Map<Variant, Path> files = new EnumMap<>(exported.files());
        files.put(Variant.INT8, write(folder.resolve(Variant.INT8.file()), file));
        return new Exported(files, quantization, exported.parityMaxAbsDiff());
    }

    /// A graph before it is a file.
    ///
    /// @param how its numbers were made, as the file and its verdict tell it; null for floats
    private record Form(GraphProto graph, @Nullable String how) {}

    private static Parity parity(
            Architecture architecture, Weights weights, GraphProto floats, Captures captures)
            throws IOException {
        try (MultimodalModel trained = new MultimodalModel(architecture, weights);
                OnnxModel exported = OnnxModel.of(Onnx.model(floats, Map.of()), "the fp32 graph")) {
            return Parity.of(trained, exported, captures.parity());
        }
    }

    /// With what it answers to the captures of reference.
    private static byte[] file(
            Variant variant, Form form, Schema schema, Map<String, String> given, Captures captures)
            throws IOException {
        Map<String, String> metadata = new HashMap<>(given);
        metadata.put("retort.schema", schema.toJson());
        metadata.put("retort.variant", variant.title());
        if (form.how() != null) {
            metadata.put(QUANTIZATION, form.how());
        }
        String name = "the %s file".formatted(variant.title());
        try (OnnxModel model = OnnxModel.of(Onnx.model(form.graph(), metadata), name)) {
            requireFinite(name, model.run(captures.parity().subList(0, 1)).getFirst());
            if (!captures.reference().isEmpty()) {
                metadata.put(
                        Reference.METADATA,
                        Reference.of(schema, model.run(captures.reference()), captures.heldOut())
                                .toJson());
            }
        }
        return Onnx.model(form.graph(), metadata);
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
