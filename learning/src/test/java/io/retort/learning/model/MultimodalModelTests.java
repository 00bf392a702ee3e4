package io.retort.learning.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.retort.contract.schema.Schema;
import io.retort.contract.schema.TensorShape;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.architecture.Encoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MultimodalModelTests {

    private static final Schema SCHEMA = Schema.article();
    private static final Architecture TEACHER = Architectures.teacher(SCHEMA);
    private static final Weights WEIGHTS = Weights.initial(TEACHER, 1);

    @Test
    void theTeacherGivesHeadsFeaturesAndAttentionOfTheArticlesWidths() {
        try (MultimodalModel model = new MultimodalModel(TEACHER, WEIGHTS)) {
            Prediction prediction = model.predict(List.of(capture(1))).getFirst();
            assertThat(prediction.heads().get("material")).hasSize(50);
            assertThat(prediction.heads().get("quality")).hasSize(1);
            assertThat(prediction.heads().get("degradation")).hasSize(10);
            assertThat(prediction.features().get("rgb")).hasSize(512);
            assertThat(prediction.features().get("thermal")).hasSize(256);
            assertThat(prediction.features().get("spectrum")).hasSize(128);
            assertThat(prediction.features().get(Prediction.FUSED)).hasSize(512);
            assertThat(prediction.attention()).containsOnlyKeys("rgb", "thermal");
            Prediction.Attention attention =
                    Objects.requireNonNull(prediction.attention().get("rgb"));
            assertThat(attention.values()).hasSize(attention.height() * attention.width());
            double squares = 0;
            for (float value : attention.values()) {
                squares += value * value;
            }
            assertThat(squares).isCloseTo(1, within(1e-4));
        }
    }

    @ParameterizedTest
    @MethodSource("io.retort.learning.architecture.Architectures#names")
    void everyStudentGivesAttentionOfItsLastMap(String name) {
        Schema schema = Schema.maintenance();
        Architecture student = Architectures.student(schema, name);
        Map<String, float[]> capture = new LinkedHashMap<>();
        SplittableRandom random = new SplittableRandom(3);
        schema.modalities()
                .forEach((modality, form) -> {
                    float[] values = new float[form.shape().size()];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = (float) random.nextGaussian();
                    }
                    capture.put(modality, values);
                });
        try (MultimodalModel model = new MultimodalModel(student, Weights.initial(student, 1))) {
            Map<String, Prediction.Attention> attention =
                    model.predict(List.of(capture)).getFirst().attention();
            assertThat(attention).containsOnlyKeys("rgb", "thermal", "vibration");
            for (Encoder encoder : student.encoders()) {
                Prediction.Attention map =
                        Objects.requireNonNull(attention.get(encoder.modality()));
                TensorShape last = encoder.shapeAfter(encoder.lastSpatialLayer());
                assertThat(map.height()).isEqualTo(last.height());
                assertThat(map.width()).isEqualTo(last.width()).isGreaterThan(1);
                double squares = 0;
                for (float value : map.values()) {
                    squares += value * value;
                }
                assertThat(squares).isCloseTo(1, within(1e-4));
            }
        }
    }

    @Test
    void attentionIsTheMeanOfSquaresOverTheirNorm() {
        try (MultimodalModel model =
                new MultimodalModel(NetworkTests.TINY, NetworkTests.weights())) {
            Prediction prediction =
                    model.predict(List.of(Map.of("rgb", new float[] {1, 2, 3, 4}))).getFirst();
            // 5 at all four places: 25 each, norm 50.
            assertThat(Objects.requireNonNull(prediction.attention().get("rgb")).values())
                    .usingComparatorWithPrecision(1e-5f)
                    .containsExactly(0.5f, 0.5f, 0.5f, 0.5f);
            assertThat(prediction.features()).containsOnlyKeys("rgb", Prediction.FUSED);
        }
    }

    @Test
    void aMissingModalityDoesNotChangeWhatTheOthersSay() {
        Map<String, float[]> whole = capture(1);
        Map<String, float[]> blind = new LinkedHashMap<>(whole);
        blind.remove("rgb");
        try (MultimodalModel model = new MultimodalModel(TEACHER, WEIGHTS)) {
            Prediction with = model.predict(List.of(whole)).getFirst();
            Prediction without = model.predict(List.of(blind)).getFirst();
            assertThat(without.features()).containsOnlyKeys("thermal", "spectrum", "fused");
            assertThat(without.attention()).containsOnlyKeys("thermal");
            for (String modality : List.of("thermal", "spectrum")) {
                assertThat(without.features().get(modality))
                        .usingComparatorWithPrecision(1e-5f)
                        .containsExactly(with.features().get(modality));
            }
            assertThat(without.heads().get("material")).isNotEqualTo(with.heads().get("material"));
        }
    }

    @Test
    void answersDoNotDependOnTheCompanyOfOtherCaptures() {
        List<Map<String, float[]>> captures = new ArrayList<>();
        for (int i = 0; i < 130; i++) {
            Map<String, float[]> capture = capture(i);
            if (i % 3 == 0) {
                capture.remove("rgb");
            }
            if (i % 5 == 0) {
                capture.remove("spectrum");
            }
            captures.add(capture);
        }
        try (MultimodalModel model = new MultimodalModel(TEACHER, WEIGHTS)) {
            List<Prediction> together = model.predict(captures);
            assertThat(together).hasSize(130);
            for (int i : new int[] {0, 1, 15, 63, 64, 65, 129}) {
                Prediction alone = model.predict(List.of(captures.get(i))).getFirst();
                assertThat(together.get(i).heads().get("material"))
                        .usingComparatorWithPrecision(1e-4f)
                        .containsExactly(alone.heads().get("material"));
                assertThat(together.get(i).features().keySet())
                        .isEqualTo(alone.features().keySet());
            }
            assertThat(model.predict(List.of())).isEmpty();
        }
    }

    @Test
    void manyThreadsGetTheSameAnswers() throws Exception {
        List<Map<String, float[]>> captures = List.of(capture(1), capture(2));
        try (MultimodalModel model = new MultimodalModel(TEACHER, WEIGHTS);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            float[] expected = model.predict(captures).getFirst().heads().get("material");
            List<Future<List<Prediction>>> answers = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                answers.add(threads.submit(() -> model.predict(captures)));
            }
            for (Future<List<Prediction>> answer : answers) {
                assertThat(answer.get().getFirst().heads().get("material"))
                        .containsExactly(expected);
            }
        }
    }

    private static Map<String, float[]> capture(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, float[]> tensors = new LinkedHashMap<>();
        SCHEMA.modalities()
                .forEach((name, modality) -> {
                    float[] tensor = new float[modality.shape().size()];
                    for (int i = 0; i < tensor.length; i++) {
                        tensor[i] = (float) random.nextGaussian();
                    }
                    tensors.put(name, tensor);
                });
        return tensors;
    }
}
