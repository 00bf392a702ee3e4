package io.retort.gateway.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.v1.Capture;
import io.retort.gateway.fixtures.Captures;
import io.retort.gateway.fixtures.Onnx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ModelTests {

    private static final ModelVersion VERSION =
            new ModelVersion("student", 1, "int8", "0".repeat(64));

    private final InferenceSettings settings =
            new InferenceSettings(1, 2, 64, Duration.ofSeconds(2), ExecutionProvider.CPU);

    @Test
    void aModelAnswersWhatItsGraphComputes() {
        Onnx onnx = Onnx.of(Onnx.CAMERA).bias(0.25);
        with(
                onnx,
                model -> {
                    float[] rgb = new float[3 * 64];
                    Arrays.fill(rgb, 0, 64, 1);
                    Arrays.fill(rgb, 64, 128, -0.5f);
                    Arrays.fill(rgb, 128, 192, 2);
                    assertAnswers(model.run(Map.of("rgb", rgb)), onnx.expected(1, -0.5f, 2));
                });
    }

    @Test
    void headsComeInTheSchemasOrder() {
        with(
                Onnx.of(Onnx.CAMERA),
                model ->
                        assertThat(model.run(Map.of("rgb", new float[192])).keySet())
                                .containsExactly("material", "degradation", "quality"));
    }

    @Test
    void anAbsentModalityIsMaskedEvenAfterOneThatWasThere() {
        Onnx onnx = Onnx.of(Onnx.CAMERA_AND_SPECTRUM);
        with(
                onnx,
                new InferenceSettings(1, 1, 64, Duration.ofSeconds(2), ExecutionProvider.CPU),
                model -> {
                    Capture both =
                            Captures.photo("a", 0x808080).toBuilder()
                                    .putModalities("spectrum", Captures.spectrum(1, 2, 3, 4))
                                    .build();
                    Capture spectrum =
                            Captures.of("b")
                                    .putModalities("spectrum", Captures.spectrum(1, 2, 3, 4))
                                    .build();
                    Map<String, float[]> first = model.run(model.input(both).tensors());
                    assertAnswers(
                            model.run(model.input(spectrum).tensors()),
                            onnx.expected(0, 0, 0, 2.5f));
                    assertAnswers(model.run(model.input(both).tensors()), first);
                });
    }

    @Test
    void aCaptureWithoutAnyOfTheModelsModalitiesNamesTheField() {
        Capture spectrum = Captures.of("a").putModalities("spectrum", Captures.spectrum(1)).build();
        with(
                Onnx.of(Onnx.CAMERA),
                model ->
                        assertThatExceptionOfType(InvalidRecordException.class)
                                .isThrownBy(() -> model.input(spectrum))
                                .withMessageContaining("[rgb]")
                                .withMessageContaining("[spectrum]")
                                .satisfies(
                                        e -> assertThat(e.field()).isEqualTo("modalities[rgb]")));
        Capture smell = Captures.of("a").putModalities("smell", Captures.spectrum(1)).build();
        with(
                Onnx.of(Onnx.CAMERA_AND_SPECTRUM),
                model ->
                        assertThatExceptionOfType(InvalidRecordException.class)
                                .isThrownBy(() -> model.input(smell))
                                .satisfies(e -> assertThat(e.field()).isEqualTo("modalities")));
    }

    @Test
    void manyThreadsGetWhatOneGetsOnFewerLanes() {
        with(
                Onnx.of(Onnx.CAMERA),
                model -> {
                    Map<String, float[]> one = model.input(Captures.photo("a", 0x102030)).tensors();
                    Map<String, float[]> two = model.input(Captures.photo("b", 0xf0e0d0)).tensors();
                    Map<String, float[]> answerOne = model.run(one);
                    Map<String, float[]> answerTwo = model.run(two);
                    List<Future<?>> done = new ArrayList<>();
                    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                        for (int i = 0; i < 400; i++) {
                            boolean even = i % 2 == 0;
                            done.add(
                                    threads.submit(() ->
                                            assertAnswers(
                                                    model.run(even ? one : two),
                                                    even ? answerOne : answerTwo)));
                        }
                    }
                    for (Future<?> future : done) {
                        get(future);
                    }
                });
    }

    @Test
    void whatIsNoModelIsRefusedWithItsFault() {
        refused(new byte[0], "cannot open it");
        refused("no model".getBytes(StandardCharsets.UTF_8), "cannot open it");
        refused(Onnx.of(Onnx.CAMERA).withoutMetadata().bytes(), "retort.schema");
        refused(Onnx.of(Onnx.CAMERA).inputPrefix("x").bytes(), "inputs are [xrgb]");
        refused(Onnx.of(Onnx.CAMERA).headsWiderBy(1).bytes(), "output material is [-1, 4]");
        byte[] half = Onnx.of(Onnx.CAMERA).bytes();
        refused(Arrays.copyOf(half, half.length / 2), "cannot open it");
    }

    @Test
    void aModelThatAnswersNoNumbersFailsItsSmokeRun() {
        refused(Onnx.of(Onnx.CAMERA).bias(Double.NaN).bytes(), "head material answers NaN");
        refused(Onnx.of(Onnx.CAMERA).scale(Float.MAX_VALUE).bytes(), "head material answers");
    }

    @Test
    void aClosedModelCannotBeHeldAgain() {
        Model model =
                Model.load(Onnx.of(Onnx.CAMERA).bytes(), VERSION, settings, Model.Haste.AT_ONCE);
        assertThat(model.retain()).isTrue();
        assertThat(model.release()).isFalse();
        assertThat(model.release()).isTrue();
        assertThat(model.retain()).isFalse();
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(model::release);
    }

    private void refused(byte[] onnx, String problem) {
        assertThatExceptionOfType(UnusableModelException.class)
                .isThrownBy(() -> Model.load(onnx, VERSION, settings, Model.Haste.AT_ONCE))
                .withMessageContaining(problem);
    }

    private void with(Onnx onnx, Consumer<Model> test) {
        with(onnx, settings, test);
    }

    private static void with(Onnx onnx, InferenceSettings settings, Consumer<Model> test) {
        Model model = Model.load(onnx.bytes(), VERSION, settings, Model.Haste.AT_ONCE);
        try {
            test.accept(model);
        } finally {
            model.release();
        }
    }

    private static void assertAnswers(Map<String, float[]> found, Map<String, float[]> expected) {
        assertThat(found.keySet()).isEqualTo(expected.keySet());
        expected.forEach((head, values) ->
                assertThat(found.get(head)).containsExactly(values, within(1e-5f)));
    }

    private static void get(Future<?> future) {
        try {
            future.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
