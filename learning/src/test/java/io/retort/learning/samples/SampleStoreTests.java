package io.retort.learning.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;
import io.retort.contract.v1.Annotation;
import io.retort.contract.v1.Capture;
import io.retort.contract.v1.HeadScore;
import io.retort.contract.v1.Label;
import io.retort.contract.v1.Payload;
import io.retort.contract.v1.SoftTarget;
import io.retort.contract.v1.Vector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleStoreTests {

    @TempDir private Path folder;
    private SampleStore store;

    @BeforeEach
    void open() {
        store = new SampleStore(folder);
    }

    @Test
    void whatBelongsToOneCaptureIsJoinedByItsIdInWhateverOrderItComes() {
        store.add(annotation("c1", 1, "b"));
        store.add(softTarget("c1", 1, "t1"));
        assertThat(store.samples("s")).isEmpty();
        store.add(capture("c2"));
        store.add(capture("c1"));
        List<Sample> samples = store.samples("s");
        assertThat(samples).extracting(Sample::id).containsExactly("c1", "c2");
        assertThat(category("c1")).isEqualTo("b");
        assertThat(samples.getFirst().softTarget()).isEqualTo(softTarget("c1", 1, "t1"));
        assertThat(samples.getLast().labels()).isEmpty();
        assertThat(samples.getLast().softTarget()).isNull();
        assertThat(store.counts()).isEqualTo(new SampleStore.Counts(2, 1, 1, 1, 1));
        assertThat(store.samples("other")).isEmpty();
    }

    @Test
    void redeliveryChangesNothing() {
        Capture first = capture("c1");
        assertThat(store.add(first)).isTrue();
        assertThat(store.add(first)).isFalse();
        assertThat(store.add(first.toBuilder().setStation("elsewhere").build())).isFalse();
        assertThat(store.add(annotation("c1", 1, "a"))).isTrue();
        assertThat(store.add(annotation("c1", 1, "a"))).isFalse();
        assertThat(store.add(softTarget("c1", 1, "t1"))).isTrue();
        assertThat(store.add(softTarget("c1", 1, "t1"))).isFalse();
        assertThat(store.samples("s").getFirst().capture()).isEqualTo(first);
        assertThat(store.counts()).isEqualTo(new SampleStore.Counts(1, 1, 1, 1, 1));
    }

    @Test
    void theNewerAnnotationAndSoftTargetWinInWhateverOrderTheyCome() {
        store.add(capture("c1"));
        assertThat(store.add(annotation("c1", 5, "a"))).isTrue();
        assertThat(store.add(annotation("c1", 4, "b"))).isFalse();
        assertThat(category("c1")).isEqualTo("a");
        assertThat(store.add(annotation("c1", 6, "c"))).isTrue();
        assertThat(category("c1")).isEqualTo("c");
        store.add(softTarget("c1", 6, "t2"));
        store.add(softTarget("c1", 5, "t1"));
        assertThat(store.sample("c1").map(Sample::softTarget)).contains(softTarget("c1", 6, "t2"));
    }

    @Test
    void anAnnotationOverlaysTheCapturesOwnLabels() {
        Label good = Label.newBuilder().setValue(1).build();
        store.add(
                capture("c1").toBuilder()
                        .putLabels("material", label("a"))
                        .putLabels("quality", good)
                        .build());
        assertThat(store.counts().annotated()).isEqualTo(1);
        store.add(annotation("c1", 1, "b"));
        Map<String, Label> labels = store.samples("s").getFirst().labels();
        assertThat(labels).isEqualTo(Map.of("material", label("b"), "quality", good));
        assertThat(store.sample("c1").orElseThrow().labels()).isEqualTo(labels);
        assertThat(store.counts().annotated()).isEqualTo(1);
    }

    @Test
    void aRestartFindsEverythingAgain() {
        store.add(capture("c1"));
        store.add(annotation("c1", 5, "a"));
        store.add(softTarget("c1", 5, "t1"));
        SampleStore again = new SampleStore(folder);
        assertThat(again.samples("s")).isEqualTo(store.samples("s"));
        assertThat(again.counts()).isEqualTo(store.counts());
        assertThat(again.add(capture("c1"))).isFalse();
        assertThat(again.add(annotation("c1", 4, "b"))).isFalse();
        assertThat(again.add(annotation("c1", 6, "b"))).isTrue();
        assertThat(again.captureIds("s")).containsExactly("c1");
    }

    @Test
    void aWriteThatNeverEndedIsAsIfItHadNotBegun() throws IOException {
        store.add(capture("c1"));
        Path record = record();
        Files.write(record.resolveSibling(record.getFileName() + ".part"), new byte[] {1, 2, 3});
        assertThat(new SampleStore(folder).samples("s")).hasSize(1);
    }

    @Test
    void aDamagedFileIsNamed() throws IOException {
        store.add(capture("c1"));
        Path record = record();
        byte[] bytes = Files.readAllBytes(record);
        Files.write(record, java.util.Arrays.copyOf(bytes, bytes.length / 2));
        assertThatThrownBy(() -> new SampleStore(folder))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(record.toString())
                .hasMessageContaining("move it away");
        assertThatThrownBy(() -> store.sample("c1")).hasMessageContaining(record.toString());
        Files.delete(record);
        assertThat(new SampleStore(folder).samples("s")).isEmpty();
    }

    @Test
    void idsMayHoldWhatFileNamesMayNot() {
        String id = "../line 1/item:7\u0000ä";
        store.add(capture(id));
        assertThat(new SampleStore(folder).captureIds("s")).containsExactly(id);
        assertThat(store.sample(id)).isPresent();
        assertThat(store.sample("../line 1/item:8")).isEmpty();
    }

    @Test
    void manyThreadsKeepEachCaptureOnce() throws Exception {
        List<Future<Boolean>> kept = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 200; i++) {
                String id = "c" + i % 50;
                kept.add(threads.submit(() -> store.add(capture(id))));
            }
        }
        assertThat(kept).filteredOn(Future::resultNow).hasSize(50);
        assertThat(store.samples("s")).hasSize(50);
    }

    @Test
    void aSampleWithoutAGroupIsAGroupOfItsOwn() {
        store.add(capture("c1"));
        store.add(capture("c2").toBuilder().setGroup("g").build());
        assertThat(store.samples("s")).extracting(Sample::group).containsExactly("c1", "g");
    }

    private String category(String id) {
        return Objects.requireNonNull(store.sample(id).orElseThrow().labels().get("material"))
                .getCategory();
    }

    private Path record() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(f -> f.toString().endsWith(".pb")).findFirst().orElseThrow();
        }
    }

    private static Capture capture(String id) {
        return Capture.newBuilder()
                .setId(id)
                .setStation("station")
                .setSchema("s")
                .setCapturedAt(Timestamp.newBuilder().setSeconds(1))
                .putModalities(
                        "spectrum",
                        Payload.newBuilder()
                                .setVector(Vector.newBuilder().addValues(1).addValues(2))
                                .build())
                .build();
    }

    private static Annotation annotation(String id, int nanos, String category) {
        return Annotation.newBuilder()
                .setCaptureId(id)
                .setAnnotator("inspector")
                .setAnnotatedAt(Timestamp.newBuilder().setSeconds(10).setNanos(nanos))
                .putLabels("material", label(category))
                .build();
    }

    private static SoftTarget softTarget(String id, int nanos, String version) {
        return SoftTarget.newBuilder()
                .setCaptureId(id)
                .setSchema("s")
                .setTeacherVersion(version)
                .setScoredAt(Timestamp.newBuilder().setSeconds(10).setNanos(nanos))
                .putHeads("material", HeadScore.newBuilder().addValues(1).build())
                .build();
    }

    private static Label label(String category) {
        return Label.newBuilder().setCategory(category).build();
    }
}
