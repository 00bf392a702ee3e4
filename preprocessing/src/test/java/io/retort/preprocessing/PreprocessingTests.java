package io.retort.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.Schema;
import io.retort.contract.v1.Capture;
import io.retort.contract.v1.Image.Encoding;
import io.retort.contract.v1.Payload;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PreprocessingTests {

    private final Preprocessing article = new Preprocessing(Schema.article());
    private final Payload photo = Fixtures.image(Encoding.PNG, Fixtures.file("rgb8.png"));
    private final Payload thermal =
            Fixtures.image(Encoding.GRAY16, Fixtures.file("thermal.raw"), 13, 9);
    private final Payload spectrum = Fixtures.vector(List.of(), Collections.nCopies(181, 0.5f));

    @Test
    void aCapturesTensorsComeInTheSchemasOrderWithTheSchemasSizes() {
        Capture capture =
                Capture.newBuilder()
                        .putModalities("spectrum", spectrum)
                        .putModalities("thermal", thermal)
                        .putModalities("rgb", photo)
                        .build();
        var tensors = article.tensors(capture);
        assertThat(tensors.keySet()).containsExactly("rgb", "thermal", "spectrum");
        tensors.forEach((name, tensor) ->
                assertThat(tensor).hasSize(article.schema().modality(name).shape().size()));
    }

    @Test
    void aResizedSchemaSeesTheSameCaptureInItsOwnSize() {
        Capture capture =
                Capture.newBuilder()
                        .putModalities("rgb", photo)
                        .putModalities("spectrum", spectrum)
                        .build();
        var whole = article.tensors(capture);
        for (int side : new int[] {16, 48, 128}) {
            var resized = new Preprocessing(Schema.article().resized(side)).tensors(capture);
            assertThat(resized.get("rgb")).hasSize(3 * side * side);
            assertThat(mean(resized.get("rgb"))).isCloseTo(mean(whole.get("rgb")), within(0.02));
            assertThat(resized.get("spectrum")).isEqualTo(whole.get("spectrum"));
        }
    }

    private static double mean(float @Nullable [] values) {
        double sum = 0;
        for (float value : Objects.requireNonNull(values)) {
            sum += value;
        }
        return sum / values.length;
    }

    @Test
    void absentAndUnknownModalitiesAreLeftOut() {
        Capture capture =
                Capture.newBuilder()
                        .putModalities("thermal", thermal)
                        .putModalities("smell", spectrum)
                        .build();
        assertThat(article.tensors(capture)).containsOnlyKeys("thermal");
        assertThat(article.tensors(Capture.getDefaultInstance())).isEmpty();
    }

    @Test
    void aPayloadOfTheWrongKindNamesTheModality() {
        refused("rgb", spectrum, "carries a vector, the schema expects kind image");
        refused("spectrum", photo, "carries an image, the schema expects kind vector");
        refused("thermal", Payload.getDefaultInstance(), "carries nothing");
        refused("smell", photo, "no such modality");
    }

    @Test
    void writingMovesThePositionByOneTensor() {
        FloatBuffer target =
                ByteBuffer.allocateDirect(4 * (2 * 1024 + 1))
                        .order(ByteOrder.nativeOrder())
                        .asFloatBuffer();
        target.put(7f);
        article.write("thermal", thermal, target);
        assertThat(target.position()).isEqualTo(1025);
        float[] written = new float[1024];
        target.get(1, written);
        assertThat(written).isEqualTo(article.tensor("thermal", thermal));
        assertThat(target.get(0)).isEqualTo(7f);
    }

    @Test
    void whatIsRefusedOrDoesNotFitLeavesTheTargetAlone() {
        FloatBuffer target = FloatBuffer.allocate(1023);
        assertThatExceptionOfType(InvalidRecordException.class)
                .isThrownBy(() -> article.write("thermal", photo, target));
        assertThatExceptionOfType(BufferOverflowException.class)
                .isThrownBy(() -> article.write("thermal", thermal, target));
        assertThat(target.position()).isZero();
        assertThat(target.array()).containsOnly(0f);
    }

    @Test
    void manyThreadsGetWhatOneGets() throws ExecutionException, InterruptedException {
        Payload other = Fixtures.image(Encoding.JPEG, Fixtures.file("420.jpg"));
        float[] one = article.tensor("rgb", photo);
        float[] two = article.tensor("rgb", other);
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                Payload payload = i % 2 == 0 ? photo : other;
                float[] expected = i % 2 == 0 ? one : two;
                done.add(
                        threads.submit(() ->
                                assertThat(article.tensor("rgb", payload)).isEqualTo(expected)));
            }
            for (Future<?> future : done) {
                future.get();
            }
        }
    }

    private void refused(String modality, Payload payload, String problem) {
        assertThatExceptionOfType(InvalidRecordException.class)
                .isThrownBy(() -> article.tensor(modality, payload))
                .withMessageContaining(problem)
                .satisfies(e -> assertThat(e.field()).isEqualTo("modalities[" + modality + "]"));
    }
}
