package io.retort.learning.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.retort.contract.schema.Schema;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Architectures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WeightsTests {

    @TempDir private Path folder;

    @Test
    void whatIsSavedIsLoadedBitForBit() throws IOException {
        Weights weights = weights();
        Path file = folder.resolve("weights.safetensors");
        weights.save(file);
        Weights loaded = Weights.load(file);
        assertThat(loaded.digest()).isEqualTo(weights.digest());
        assertThat(loaded.tensors().keySet()).containsExactly("b", "a");
        assertThat(loaded.tensor("b").shape()).containsExactly(2, 2);
        assertThat(loaded.tensor("b").values()).containsExactly(1, -0.0f, Float.MIN_VALUE, 3.5f);
        assertThat(folder).isDirectoryNotContaining(other -> !other.equals(file));
    }

    @Test
    void theFileIsASafetensorsFile() throws IOException {
        Path file = folder.resolve("weights.safetensors");
        weights().save(file);
        byte[] bytes = Files.readAllBytes(file);
        int header = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        assertThat(new String(bytes, 8, header, StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"b\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]},"
                                + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[16,20]}}");
        assertThat(bytes).hasSize(8 + header + 20);
        assertThat(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getFloat(8 + header))
                .isEqualTo(1);
    }

    @Test
    void savingReplacesAnOlderFile() throws IOException {
        Path file = folder.resolve("weights.safetensors");
        Files.writeString(file, "old");
        weights().save(file);
        assertThat(Weights.load(file).digest()).isEqualTo(weights().digest());
    }

    @Test
    void metadataOfOtherWritersIsLeftAlone() throws IOException {
        Path file =
                file(
                        "{\"__metadata__\":{\"format\":\"pt\"},"
                                + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
                        4);
        assertThat(Weights.load(file).tensors()).containsOnlyKeys("a");
    }

    @Test
    void aFileCutAnywhereIsAnError() throws IOException {
        Path whole = folder.resolve("whole");
        weights().save(whole);
        byte[] bytes = Files.readAllBytes(whole);
        Path cut = folder.resolve("cut");
        for (int length = 0; length < bytes.length; length++) {
            Files.write(cut, Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> Weights.load(cut))
                    .as("first %d bytes", length)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cut");
        }
    }

    @Test
    void aFileThatIsSomethingElseIsAnError() throws IOException {
        Path file = folder.resolve("other");
        Files.writeString(file, "PNG or whatever it may be, long enough to hold a header");
        assertNotLoaded(file, "not a safetensors file");
        assertNotLoaded(file("[1, 2]", 0), "not a safetensors file");
        assertNotLoaded(file("{\"a\": 1}", 0), "a is not F32");
        assertNotLoaded(file("{not json", 0), "not a safetensors file");
        assertNotLoaded(tensor("F16", "[2]", "[0,4]"), "a is not F32");
        assertNotLoaded(tensor("F32", "[2]", "[0,4]"), "does not hold");
        assertNotLoaded(tensor("F32", "[1]", "[0,5]"), "does not hold");
        assertNotLoaded(tensor("F32", "[-1,-1]", "[0,4]"), "negative");
        assertNotLoaded(tensor("F32", "[1]", "[4,0]"), "cut short");
        assertNotLoaded(tensor("F32", "[1]", "[4,8]"), "cut short");
        assertNotLoaded(
                tensor("F32", "[1]", "[9223372036854775800,9223372036854775804]"), "cut short");
        assertNotLoaded(tensor("F32", "[65536,65536]", "[0,4]"), "not a safetensors file");
        assertNotLoaded(tensor("F32", "[\"x\"]", "[0,4]"), "not a safetensors file");
    }

    @Test
    void aFileThatIsNotThereIsAnError() {
        assertThatThrownBy(() -> Weights.load(folder.resolve("none")))
                .isInstanceOf(IOException.class);
    }

    @Test
    void initialWeightsFollowTheSeedAndTheFanIn() {
        Weights weights = Weights.initial(NetworkTests.TINY, 1);
        assertThat(Weights.initial(NetworkTests.TINY, 1).digest()).isEqualTo(weights.digest());
        assertThat(Weights.initial(NetworkTests.TINY, 2).digest()).isNotEqualTo(weights.digest());
        assertThat(weights.tensor("encoders.rgb.1.variance").values()).containsExactly(1);
        assertThat(weights.tensor("encoders.rgb.1.mean").values()).containsExactly(0);
        assertThat(weights.tensor("fusion.bias").values()).containsOnly(0);

        Weights teacher = Weights.initial(Architectures.teacher(Schema.article()), 1);
        // The encoders' widths: 512 + 256 + 128 = 896.
        assertThat(deviation(teacher.tensor("fusion.weight").values()))
                .isCloseTo(Math.sqrt(2.0 / 896), within(1e-3));
        assertThat(deviation(teacher.tensor("heads.material.weight").values()))
                .isCloseTo(Math.sqrt(1.0 / 512), within(1e-3));
    }

    @Test
    void imagesStartQuietBesideAVectorAlone() {
        Schema schema = Schema.article();
        Weights teacher = Weights.initial(Architectures.teacher(schema), 1);
        assertThat(teacher.tensor("encoders.rgb.13.gamma").values()).containsOnly(0.02f);
        assertThat(teacher.tensor("encoders.thermal.13.gamma").values()).containsOnly(0.02f);
        assertThat(teacher.tensor("encoders.rgb.1.gamma").values()).containsOnly(1);
        for (List<String> images : List.of(List.of("rgb"), List.of("rgb", "thermal"))) {
            Weights seeing = Weights.initial(Architectures.teacher(schema.select(images)), 1);
            assertThat(seeing.tensor("encoders.rgb.13.gamma").values()).containsOnly(1);
        }
    }

    @ParameterizedTest
    @MethodSource("io.retort.learning.architecture.Architectures#names")
    void everyStudentsImageStartsQuietBesideAVectorAlone(String name) {
        Schema schema = Schema.article();
        assertThat(lastScale(schema.select(List.of("rgb", "spectrum")), name)).containsOnly(0.02f);
        assertThat(lastScale(schema.select(List.of("rgb", "thermal")), name)).containsOnly(1);
        assertThat(lastScale(Schema.maintenance().select(List.of("rgb", "vibration")), name))
                .containsOnly(1);
    }

    /// Scales of the last layer of the encoder of rgb.
    private static float[] lastScale(Schema schema, String name) {
        Architecture student = Architectures.student(schema, name);
        int last = student.encoders().getFirst().lastSpatialLayer() - 1;
        return Weights.initial(student, 1).tensor("encoders.rgb." + last + ".gamma").values();
    }

    @Test
    void theDigestKnowsNamesShapesAndValues() {
        Weights.Tensor tensor = new Weights.Tensor(List.of(4), new float[] {1, 2, 3, 4});
        Weights.Tensor square = new Weights.Tensor(List.of(2, 2), new float[] {1, 2, 3, 4});
        Weights.Tensor other = new Weights.Tensor(List.of(4), new float[] {1, 2, 3, 5});
        assertThat(
                        List.of(
                                new Weights(Map.of("a", tensor)).digest(),
                                new Weights(Map.of("b", tensor)).digest(),
                                new Weights(Map.of("a", square)).digest(),
                                new Weights(Map.of("a", other)).digest()))
                .doesNotHaveDuplicates();
    }

    private static double deviation(float[] values) {
        double squares = 0;
        for (float value : values) {
            squares += value * value;
        }
        return Math.sqrt(squares / values.length);
    }

    private static Weights weights() {
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
        tensors.put(
                "b",
                new Weights.Tensor(List.of(2, 2), new float[] {1, -0.0f, Float.MIN_VALUE, 3.5f}));
        tensors.put("a", new Weights.Tensor(List.of(1), new float[] {7}));
        return new Weights(tensors);
    }

    private static void assertNotLoaded(Path file, String why) {
        assertThatThrownBy(() -> Weights.load(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(why);
    }

    private Path tensor(String type, String shape, String offsets) throws IOException {
        return file(
                "{\"a\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}}"
                        .formatted(type, shape, offsets),
                5);
    }

    private Path file(String header, int data) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes =
                ByteBuffer.allocate(8 + json.length + data).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(json.length).put(json);
        return Files.write(folder.resolve("made"), bytes.array());
    }
}
