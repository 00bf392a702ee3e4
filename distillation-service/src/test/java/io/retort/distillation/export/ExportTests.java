package io.retort.distillation.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.retort.contract.reference.Reference;
import io.retort.contract.schema.Schema;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.model.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportTests {

    private static final Map<String, String> METADATA =
            Map.of("retort.model", "sorter", "retort.provenance", "{\"seed\":1}");

    private final Schema schema = Networks.everything();
    private final Schema seen = schema.select(List.of("spectrum", "rgb"));
    private final Architecture architecture = Architectures.student(seen);
    private final Weights weights = Networks.weights(architecture, 3);
    private final List<Map<String, float[]>> captures = Networks.captures(architecture, 12, 4);

    @TempDir Path folder;

    @Test
    void filesSayWhatTheyAre() throws Exception {
        Exported exported = write(architecture, weights, folder.resolve("new"));
        assertThat(exported.parityMaxAbsDiff()).isBetween(0.0, Parity.TOLERANCE);
        assertThat(folder.resolve("new"))
                .isDirectoryContaining("glob:**/fp32.onnx")
                .isDirectoryContaining("glob:**/int8.onnx")
                .isDirectoryNotContaining("glob:**.part");
        for (Map.Entry<Path, String> file :
                Map.of(exported.fp32(), "fp32", exported.int8(), "int8").entrySet()) {
            try (OrtSession session =
                    OrtEnvironment.getEnvironment().createSession(file.getKey().toString())) {
                Map<String, String> metadata = session.getMetadata().getCustomMetadata();
                assertThat(metadata)
                        .containsEntry("retort.model", "sorter")
                        .containsEntry("retort.provenance", "{\"seed\":1}")
                        .containsEntry("retort.variant", file.getValue())
                        .hasSize(file.getValue().equals("int8") ? 5 : 4);
                assertThat(metadata.getOrDefault("retort.quantization", ""))
                        .isEqualTo(
                                file.getValue().equals("int8")
                                        ? "mse, bias corrected, for any"
                                        : "");
                assertThat(Schema.parse(metadata.getOrDefault("retort.schema", "")))
                        .isEqualTo(seen);
                assertThat(session.getInputNames())
                        .containsExactly("rgb", "presence:rgb", "spectrum", "presence:spectrum");
                assertThat(session.getOutputNames()).containsExactly("material", "quality");
                assertThat(session.getInputInfo().get("rgb"))
                        .extracting(NodeInfo::getInfo)
                        .asInstanceOf(InstanceOfAssertFactories.type(TensorInfo.class))
                        .satisfies(
                                info -> assertThat(info.getShape()).containsExactly(-1, 3, 32, 32));
            }
            ModelProto model = ModelProto.parseFrom(Files.readAllBytes(file.getKey()));
            assertThat(model.getIrVersion()).isEqualTo(8);
            assertThat(model.getOpsetImportList())
                    .singleElement()
                    .satisfies(opset -> assertThat(opset.getVersion()).isEqualTo(13));
        }
    }

    @Test
    void everyFileCarriesItsOwnAnswersForReference() throws Exception {
        Exported exported =
                Export.write(
                        architecture,
                        weights,
                        schema,
                        METADATA,
                        new Captures(captures, captures, Networks.withGaps(captures), true),
                        folder);
        for (Path file : List.of(exported.fp32(), exported.int8())) {
            try (OnnxModel model = OnnxModel.open(file)) {
                assertThat(model.metadata())
                        .containsEntry(
                                Reference.METADATA,
                                Reference.of(seen, model.run(Networks.withGaps(captures)), true)
                                        .toJson());
            }
        }
    }

    @Test
    void aSingleEncoderNeedsNoPresence() throws IOException {
        Architecture camera = Architectures.student(Networks.camera(16));
        assertThat(FloatGraph.of(camera, Networks.weights(camera, 1)).getInputList())
                .extracting(ValueInfoProto::getName)
                .containsExactly("rgb");
    }

    @Test
    void theSameNetworkGivesTheSameBytes() throws IOException {
        Exported first = write(architecture, weights, folder.resolve("first"));
        Map<String, String> otherOrder = new LinkedHashMap<>();
        METADATA.keySet().stream()
                .sorted(java.util.Comparator.reverseOrder())
                .forEach(key -> otherOrder.put(key, METADATA.getOrDefault(key, "")));
        Exported second =
                Export.write(
                        architecture,
                        weights,
                        schema,
                        otherOrder,
                        Captures.of(captures, captures),
                        folder.resolve("second"));
        assertThat(second.fp32()).hasSameBinaryContentAs(first.fp32());
        assertThat(second.int8()).hasSameBinaryContentAs(first.int8());
    }

    @Test
    void exportingAgainReplacesTheFiles() throws IOException {
        write(architecture, Networks.weights(architecture, 8), folder);
        Exported again = write(architecture, weights, folder);
        Exported fresh = write(architecture, weights, folder.resolve("fresh"));
        assertThat(again.int8()).hasSameBinaryContentAs(fresh.int8());
    }

    @Test
    void weightsThatAreNotFiniteAreRefused() {
        Weights broken = replaced("encoders.rgb.3.weight", 5, Float.NaN);
        assertThatThrownBy(() -> write(architecture, broken, folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("weights: encoders.rgb.3.weight holds NaN");
    }

    @Test
    void calibrationNeedsEveryModality() {
        assertThatThrownBy(() -> calibrated(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 1 capture to calibrate with");
        List<Map<String, float[]>> blind =
                captures.stream()
                        .map(c -> Map.of("rgb", c.getOrDefault("rgb", new float[0])))
                        .toList();
        assertThatThrownBy(() -> calibrated(blind))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("calibration: no capture carries spectrum");
    }

    @Test
    void calibrationOnWhatIsNoNumberIsRefused() {
        float[] spectrum = new float[40];
        spectrum[3] = Float.POSITIVE_INFINITY;
        assertThatThrownBy(() -> calibrated(List.of(Map.of("spectrum", spectrum))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("spectrum holds Infinity");
    }

    @Test
    void aFileThatAnswersOtherwiseIsNotWritten() {
        // Float32 cannot add numbers of this size to within the tolerance in two orders.
        float[] huge = weights.tensor("heads.material.weight").values().clone();
        for (int i = 0; i < huge.length; i++) {
            huge[i] *= 1e6f;
        }
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>(weights.tensors());
        tensors.put(
                "heads.material.weight",
                new Weights.Tensor(weights.tensor("heads.material.weight").shape(), huge));
        assertThatThrownBy(() -> write(architecture, new Weights(tensors), folder))
                .isInstanceOf(ParityException.class)
                .hasMessageContaining("in head material, allowed is 1.0E-4");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aSchemaOfAnotherNetworkIsRefused() {
        Schema smaller = Networks.camera(16);
        assertThatThrownBy(() ->
                        Export.write(
                                Architectures.student(Networks.camera(32)),
                                weights,
                                smaller,
                                METADATA,
                                Captures.of(captures, captures),
                                folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rgb has shape");
        Schema otherHeads =
                new Schema("other", seen.modalities(), Map.of("quality", seen.head("quality")));
        assertThatThrownBy(() ->
                        Export.write(
                                architecture,
                                weights,
                                otherHeads,
                                METADATA,
                                Captures.of(captures, captures),
                                folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("heads are {quality=1}");
    }

    @Test
    void oneNameForAModalityAndAHeadIsRefused() {
        Schema twice =
                new Schema("twice", Map.of("quality", Networks.image(1, 16)), Networks.heads());
        Architecture student = Architectures.student(twice);
        assertThatThrownBy(() -> FloatGraph.of(student, Weights.initial(student, 1)))
                .hasMessageContaining("quality names a modality and a head");
    }

    private Exported write(Architecture architecture, Weights weights, Path folder)
            throws IOException {
        return Export.write(
                architecture, weights, schema, METADATA, Captures.of(captures, captures), folder);
    }

    private Exported calibrated(List<Map<String, float[]>> calibration) throws IOException {
        return Export.write(
                architecture,
                weights,
                schema,
                METADATA,
                Captures.of(calibration, captures),
                folder);
    }

    private Weights replaced(String name, int index, float value) {
        float[] values = weights.tensor(name).values().clone();
        values[index] = value;
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>(weights.tensors());
        tensors.put(name, new Weights.Tensor(weights.tensor(name).shape(), values));
        return new Weights(tensors);
    }
}
