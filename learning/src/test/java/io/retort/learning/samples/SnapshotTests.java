package io.retort.learning.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.retort.contract.v1.Capture;
import io.retort.contract.v1.HeadScore;
import io.retort.contract.v1.Image;
import io.retort.contract.v1.Label;
import io.retort.contract.v1.Payload;
import io.retort.contract.v1.SoftTarget;
import io.retort.contract.v1.Vector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotTests {

    @TempDir Path folder;

    @Test
    void whatWasFrozenIsReadBackInTheOrderOfTheIds() throws IOException {
        Sample b = sample("b", Map.of("material", category("PET")), scored("b"));
        Sample a = sample("a", Map.of(), null);

        Snapshot snapshot = Snapshot.freeze(folder, List.of(b, a));
        List<Sample> read = Snapshot.read(snapshot.file());

        assertThat(snapshot.samples()).isEqualTo(2);
        assertThat(read).extracting(Sample::id).containsExactly("a", "b");
        assertThat(read.get(0).softTarget()).isNull();
        assertThat(read.get(0).labels()).isEmpty();
        assertThat(read.get(1).softTarget()).isEqualTo(scored("b"));
        assertThat(read.get(1).labels()).isEqualTo(b.labels());
        assertThat(read.get(1).capture().getModalitiesMap())
                .isEqualTo(b.capture().getModalitiesMap());
    }

    @Test
    void equalSamplesHaveOneHashWhateverOrderTheyCameIn() throws IOException {
        Sample first =
                sample(
                        "a",
                        Map.of("material", category("PET"), "quality", value(0.5)),
                        scored("a"));
        Sample second = sample("b", Map.of("quality", value(1)), null);
        Sample firstAgain =
                new Sample(
                        first.capture().toBuilder().putLabels("quality", value(0.5)).build(),
                        Map.of("quality", value(0.5), "material", category("PET")),
                        first.softTarget());

        Snapshot one = Snapshot.freeze(folder.resolve("one"), List.of(first, second));
        Snapshot two = Snapshot.freeze(folder.resolve("two"), List.of(second, firstAgain));

        assertThat(two.digest()).isEqualTo(one.digest());
        assertThat(Files.mismatch(one.file(), two.file())).isEqualTo(-1);
        assertThat(one.file()).hasFileName(one.digest() + ".snapshot");
    }

    @Test
    void anotherLabelOrSoftTargetMakesAnotherHash() throws IOException {
        String bare = freeze(sample("a", Map.of(), null));

        assertThat(freeze(sample("a", Map.of("quality", value(0.5)), null))).isNotEqualTo(bare);
        assertThat(freeze(sample("a", Map.of(), scored("a")))).isNotEqualTo(bare);
        assertThat(freeze(sample("a", Map.of(), null))).isEqualTo(bare);
    }

    @Test
    void aFlippedBitIsFound() throws IOException {
        Snapshot snapshot = Snapshot.freeze(folder, List.of(sample("a", Map.of(), scored("a"))));
        byte[] bytes = Files.readAllBytes(snapshot.file());
        bytes[bytes.length / 2] ^= 1;
        Files.write(snapshot.file(), bytes);

        assertThatThrownBy(() -> Snapshot.read(snapshot.file()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is damaged");
    }

    @Test
    void aFileCutShortIsFound() throws IOException {
        Snapshot snapshot = Snapshot.freeze(folder, List.of(sample("a", Map.of(), scored("a"))));
        byte[] bytes = Files.readAllBytes(snapshot.file());
        Files.write(snapshot.file(), java.util.Arrays.copyOf(bytes, bytes.length - 1));

        assertThatThrownBy(() -> Snapshot.read(snapshot.file()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is damaged");
    }

    @Test
    void freezingLeavesNothingElseBehind() throws IOException {
        Snapshot snapshot = Snapshot.freeze(folder, List.of(sample("a", Map.of(), null)));
        Snapshot.freeze(folder, List.of(sample("a", Map.of(), null)));

        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(snapshot.file());
        }
    }

    private String freeze(Sample sample) throws IOException {
        return Snapshot.freeze(folder, List.of(sample)).digest();
    }

    private static Sample sample(
            String id, Map<String, Label> labels, @Nullable SoftTarget target) {
        Capture capture =
                Capture.newBuilder()
                        .setId(id)
                        .setStation("s")
                        .setSchema("test")
                        .setCapturedAt(Timestamp.newBuilder().setSeconds(1))
                        .putModalities(
                                "rgb",
                                Payload.newBuilder()
                                        .setImage(
                                                Image.newBuilder()
                                                        .setEncoding(Image.Encoding.RGB8)
                                                        .setData(
                                                                ByteString.copyFrom(
                                                                        new byte[] {1, 2, 3}))
                                                        .setWidth(1)
                                                        .setHeight(1))
                                        .build())
                        .putModalities(
                                "spectrum",
                                Payload.newBuilder()
                                        .setVector(Vector.newBuilder().addValues(1).addValues(2))
                                        .build())
                        .build();
        return new Sample(capture, labels, target);
    }

    private static SoftTarget scored(String id) {
        return SoftTarget.newBuilder()
                .setCaptureId(id)
                .setSchema("test")
                .setTeacherVersion("t")
                .setScoredAt(Timestamp.newBuilder().setSeconds(2))
                .putHeads("material", HeadScore.newBuilder().addValues(1).addValues(2).build())
                .putHeads("quality", HeadScore.newBuilder().addValues(0.5f).build())
                .build();
    }

    private static Label category(String category) {
        return Label.newBuilder().setCategory(category).build();
    }

    private static Label value(double value) {
        return Label.newBuilder().setValue(value).build();
    }
}
