package io.retort.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.Schema;
import io.retort.contract.v1.Capture;
import io.retort.contract.v1.Image;
import io.retort.contract.v1.Image.Encoding;
import io.retort.contract.v1.Payload;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PreprocessingTests {

    private final Preprocessing article = new Preprocessing(Schema.article());
    private final int side = article.schema().modality("rgb").shape().width();
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
    void spareArraysAreWrittenOverAndHoldWhatNewOnesWould() {
        Map<String, float[]> spare = new LinkedHashMap<>();
        float[] first =
                tensor(
                        article.tensors(capture(Map.of("rgb", photo, "thermal", thermal)), spare),
                        "rgb");
        Payload raw = samples(ByteString.copyFrom(noise(3 * side * side)));
        Payload small = Fixtures.image(Encoding.JPEG, Fixtures.file("420.jpg"));
        for (Payload next : List.of(raw, small, photo, raw)) {
            Map<String, float[]> tensors = article.tensors(capture(Map.of("rgb", next)), spare);
            assertThat(tensors).containsOnlyKeys("rgb");
            assertThat(tensor(tensors, "rgb")).isSameAs(first);
            assertThat(first).isEqualTo(article.tensor("rgb", next));
        }
        assertThatExceptionOfType(InvalidRecordException.class)
                .isThrownBy(() -> article.tensors(capture(Map.of("rgb", spectrum)), spare));
        assertThat(tensor(article.tensors(capture(Map.of("rgb", photo)), spare), "rgb"))
                .isEqualTo(article.tensor("rgb", photo));
    }

    /// A rope of bytes is not one array.
    @Test
    void samplesInSeveralPiecesAreThoseOfOne() {
        byte[] samples = noise(3 * side * side);
        ByteString rope =
                ByteString.copyFrom(samples, 0, 1000)
                        .concat(ByteString.copyFrom(samples, 1000, samples.length - 1000));
        assertThat(article.tensor("rgb", samples(rope)))
                .isEqualTo(article.tensor("rgb", samples(ByteString.copyFrom(samples))));
    }

    private Payload samples(ByteString rgb) {
        return Payload.newBuilder()
                .setImage(
                        Image.newBuilder()
                                .setEncoding(Encoding.RGB8)
                                .setWidth(side)
                                .setHeight(side)
                                .setData(rgb))
                .build();
    }

    private static Capture capture(Map<String, Payload> payloads) {
        return Capture.newBuilder().putAllModalities(payloads).build();
    }

    private static float[] tensor(Map<String, float[]> tensors, String modality) {
        return Objects.requireNonNull(tensors.get(modality));
    }

    private static byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        new Random(1).nextBytes(noise);
        return noise;
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
