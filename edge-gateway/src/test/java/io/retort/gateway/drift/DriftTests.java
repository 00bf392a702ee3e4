package io.retort.gateway.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.retort.contract.reference.Reference;
import io.retort.gateway.fixtures.Onnx;
import io.retort.gateway.inference.ExecutionProvider;
import io.retort.gateway.inference.InferenceSettings;
import io.retort.gateway.inference.Model;
import io.retort.gateway.inference.ModelSwapped;
import io.retort.gateway.inference.ModelVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DriftTests {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Drift drift = new Drift(new DriftSettings(1000, 100), meters);
    private final SplittableRandom random = new SplittableRandom(7);
    private final List<Model> models = new ArrayList<>();

    @AfterEach
    void close() {
        models.forEach(Model::release);
    }

    @Test
    void nothingIsSaidBeforeEnoughCaptures() {
        Model model = model(1, reference(0));
        for (int i = 0; i < 99; i++) {
            drift.observe(model, answer(0));
        }
        assertThat(drift.state().captures()).isEqualTo(99);
        assertThat(drift.state().references()).isEqualTo(500);
        assertThat(drift.state().indices()).hasSize(5).allMatch(index -> index.psi() == null);
        drift.observe(model, answer(0));
        assertThat(drift.state().indices()).allMatch(index -> index.psi() != null);
    }

    @Test
    void whatHasNotChangedStaysNearTheNoise() {
        Model model = model(1, reference(0));
        for (int i = 0; i < 3000; i++) {
            drift.observe(model, answer(0));
        }
        for (Drift.Index index : drift.state().indices()) {
            assertThat(index.psi()).as(index.toString()).isLessThan(4 * index.noise());
        }
    }

    @Test
    void whatHasChangedShows() {
        Model model = model(1, reference(0));
        for (int i = 0; i < 3000; i++) {
            drift.observe(model, answer(1));
        }
        assertThat(psi("material", Aspect.CLASSES)).isGreaterThan(0.25);
        assertThat(psi("material", Aspect.ENERGY)).isGreaterThan(0.25);
        assertThat(psi("quality", Aspect.VALUE)).isGreaterThan(0.25);
        assertThat(
                        meters.get("retort.drift.psi")
                                .tags("head", "material", "of", "classes")
                                .gauge()
                                .value())
                .isEqualTo(psi("material", Aspect.CLASSES));
    }

    @Test
    void aNextModelBeginsFromNothingAndOneWithoutReferenceSaysNothing() {
        Model first = model(1, reference(0));
        drift.observe(first, answer(0));
        Model second = model(2, null);
        drift.observe(second, answer(0));
        assertThat(drift.state().model()).isEqualTo(second.version());
        assertThat(drift.state().indices()).isEmpty();
        assertThat(drift.state().references()).isZero();
        assertThat(meters.find("retort.drift.psi").gauges()).isEmpty();
    }

    /// Requests that a swap finds running end with the model before.
    @Test
    void anAnswerOfTheModelBeforeCountsForNothing() {
        Model first = model(1, reference(0));
        drift.observe(first, answer(0));
        Model second = model(2, reference(0));
        drift.observe(second, answer(0));
        drift.observe(first, answer(0));
        drift.observe(second, answer(0));
        assertThat(drift.state().model()).isEqualTo(second.version());
        assertThat(drift.state().captures()).isEqualTo(2);
    }

    /// Shares of 1/2 and 1/2 against 3/4 and 1/4, counted over so many that smoothing is nothing.
    @Test
    void theIndexIsTheSymmetricDivergence() {
        double[] half = {0.5, 0.5};
        double[] most = {0.75, 0.25};
        assertThat(StabilityIndex.of(half, 1e9, most, 1e9))
                .isEqualTo(-0.25 * Math.log(0.5 / 0.75) + 0.25 * Math.log(2), within(1e-6));
        assertThat(StabilityIndex.of(half, 1e9, half, 1e9)).isZero();
        assertThat(StabilityIndex.noise(8, 1000, 500)).isEqualTo(0.021, within(1e-12));
    }

    @Test
    void aWindowForgets() {
        Window window = new Window(2, 100);
        for (int i = 0; i < 1000; i++) {
            window.add(0);
        }
        assertThat(window.size()).isEqualTo(100, within(0.1));
        for (int i = 0; i < 100; i++) {
            window.add(1);
        }
        // (1 - 1/100)^100 of the first bin is left.
        assertThat(window.shares()[0]).isEqualTo(Math.pow(0.99, 100), within(1e-4));
        for (int i = 0; i < 100_000; i++) {
            window.add(i % 2);
        }
        assertThat(window.shares()[0]).isEqualTo(0.5, within(0.01));
        assertThat(window.seen()).isEqualTo(101_100);
    }

    private double psi(String head, Aspect of) {
        return drift.state().indices().stream()
                .filter(index -> index.head().equals(head) && index.of() == of)
                .map(index -> Objects.requireNonNull(index.psi()))
                .findFirst()
                .orElseThrow();
    }

    private Reference reference(double shift) {
        List<Map<String, float[]>> answers = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            answers.add(answer(shift));
        }
        return Reference.of(Onnx.CAMERA, answers, true);
    }

    /// Normal logits; a shift makes the first class likelier, and the number greater.
    private Map<String, float[]> answer(double shift) {
        return Map.of(
                "material",
                new float[] {
                    (float) (random.nextGaussian() + 2 * shift),
                    (float) random.nextGaussian(),
                    (float) random.nextGaussian()
                },
                "degradation",
                new float[] {(float) random.nextGaussian(), (float) random.nextGaussian()},
                "quality",
                new float[] {(float) (0.5 + 0.1 * random.nextGaussian() + 0.2 * shift)});
    }

    private Model model(int version, @Nullable Reference reference) {
        Onnx onnx = Onnx.of(Onnx.CAMERA);
        if (reference != null) {
            onnx.reference(reference);
        }
        Model model =
                Model.load(
                        onnx.bytes(),
                        new ModelVersion("student", version, "int8", "a".repeat(64)),
                        new InferenceSettings(
                                1, 1, 64, Duration.ofSeconds(2), ExecutionProvider.CPU),
                        Model.Haste.AT_ONCE);
        models.add(model);
        drift.swapped(new ModelSwapped(model.version(), model.reference().orElse(null)));
        return model;
    }
}
