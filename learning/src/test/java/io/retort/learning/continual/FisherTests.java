package io.retort.learning.continual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Head;
import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.VectorModality;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.architecture.Encoder;
import io.retort.learning.architecture.Flatten;
import io.retort.learning.architecture.Linear;
import io.retort.learning.continual.Fisher.Labels;
import io.retort.learning.model.Weights;
import io.retort.learning.training.Example;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/// On a network whose every layer is the identity: of a spectrum x that is not negative, the logits
/// are x.
class FisherTests {

    private static final Schema SCHEMA = schema();
    private static final Architecture ARCHITECTURE =
            new Architecture(
                    "identity",
                    List.of(
                            new Encoder(
                                    "spectrum",
                                    SCHEMA.modality("spectrum").shape(),
                                    List.of(new Flatten(), new Linear(2, 2)))),
                    2,
                    0,
                    Map.of("material", 2, "wear", 1));
    private static final String BIAS = "heads.material.bias";

    /// Of class a, with p(a) = 1 / (1 + e^-1).
    private static final Example RIGHT = example(0, 1, 0);

    /// Of class a, with p(a) = 1 / (1 + e^2).
    private static final Example WRONG = example(0, 0, 2);

    @Test
    void derivativesAreSquaredExampleByExample() {
        double one = 1 - 1 / (1 + Math.exp(-1));
        double other = 1 - 1 / (1 + Math.exp(2));
        Map<String, float[]> squares = squares(Labels.GIVEN, List.of(RIGHT, WRONG));
        double mean = (one * one + other * other) / 2;
        assertThat(mean).as("not the square of the mean").isGreaterThan(0.42).isLessThan(0.43);
        assertThat(of(squares, BIAS, 0)).isCloseTo(mean, within(1e-6));
        assertThat(of(squares, BIAS, 1)).isCloseTo(mean, within(1e-6));
        // Row of class a: its derivative times the fused vector, which is the spectrum.
        assertThat(of(squares, "heads.material.weight", 0)).isCloseTo(one * one / 2, within(1e-6));
        assertThat(of(squares, "heads.material.weight", 1))
                .isCloseTo(other * other * 4 / 2, within(1e-6));
        // The second fused value is 0 in RIGHT, where the rectifier lets no derivative through.
        assertThat(of(squares, "fusion.bias", 1)).isCloseTo(other * other / 2, within(1e-6));
    }

    @Test
    void sampledLabelsGiveTheInformationItself() {
        List<Example> copies = new ArrayList<>(Collections.nCopies(1000, RIGHT));
        double p = 1 / (1 + Math.exp(-1));
        assertThat(of(squares(Labels.SAMPLED, copies), BIAS, 0))
                .isCloseTo(p * (1 - p), within(0.02));
        assertThat(of(squares(Labels.GIVEN, copies), BIAS, 0))
                .isCloseTo((1 - p) * (1 - p), within(1e-6));
    }

    @Test
    void labelsAreDrawnByTheirProbability() {
        float[] probabilities = {0.25f, 0, 0.5f, 0.25f};
        assertThat(Fisher.drawn(probabilities, 0)).isZero();
        assertThat(Fisher.drawn(probabilities, 0.2499)).isZero();
        assertThat(Fisher.drawn(probabilities, 0.25)).isEqualTo(2);
        assertThat(Fisher.drawn(probabilities, 0.7499)).isEqualTo(2);
        assertThat(Fisher.drawn(probabilities, 0.75)).isEqualTo(3);
        assertThat(Fisher.drawn(probabilities, 0.999999999)).isEqualTo(3);
    }

    /// A head of 100 to 300 says 150 where 100 is right: an error of a quarter of its range, whose
    /// squared derivative is (4 x 0.25)^2 = 1 for the share, and 1 / 200^2 for the unit.
    @Test
    void regressionsAreSharesOfTheirRange() {
        Example example =
                new Example(
                        "a",
                        "a",
                        Map.of("spectrum", new float[] {1, 0}),
                        Map.of("wear", 100f),
                        null);
        Map<String, float[]> squares = squares(Labels.GIVEN, List.of(example));
        assertThat(of(squares, "heads.wear.bias", 0)).isCloseTo(1, within(1e-5));
        assertThat(of(squares, BIAS, 0)).isZero();
        Importance importance =
                importance(new Fisher(Labels.GIVEN, 10, 1), List.of(example, RIGHT));
        Map<String, float[]> both = squares(Labels.GIVEN, List.of(example, RIGHT));
        double scale = of(importance.values(), "fusion.bias", 0) / of(both, "fusion.bias", 0);
        assertThat(of(importance.values(), "heads.wear.bias", 0))
                .isCloseTo(0.5 * scale / (200 * 200), within(1e-4 * scale / (200 * 200)));
        List<Example> copies = new ArrayList<>(Collections.nCopies(1000, example));
        assertThat(of(squares(Labels.SAMPLED, copies), "heads.wear.bias", 0))
                .as("16 times the variance of a quarter")
                .isCloseTo(4, within(0.6));
    }

    @Test
    void importancesHaveMeanOneWhateverTheDerivatives() {
        Schema schema = Spectra.schema("a", "b");
        Architecture architecture = Architectures.student(schema);
        Weights weights = Weights.initial(architecture, 3);
        for (int copies : List.of(1, 3)) {
            List<Example> examples =
                    Collections.nCopies(copies, Spectra.example("x", "x", 1, 0, 3));
            Importance importance =
                    new Fisher(Labels.GIVEN, 100, 1)
                            .of(architecture, schema, weights, examples, _ -> {}, () -> false);
            double sum = 0;
            long size = 0;
            for (float[] values : importance.values().values()) {
                for (float value : values) {
                    sum += value;
                    size++;
                }
            }
            assertThat(size).isEqualTo(architecture.parameters());
            assertThat(sum / size).isCloseTo(1, within(1e-4));
        }
    }

    /// As in inference: batch normalisation with the statistics of a batch would make examples
    /// depend on each other, and of one example nothing.
    @Test
    void anExamplesDerivativesDoNotDependOnTheOthers() {
        Schema schema =
                new Schema(
                        "image",
                        Map.of("rgb", new ImageModality(1, 16, 16, 1, List.of(0.0), List.of(1.0))),
                        Map.of("material", new ClassificationHead(List.of("a", "b"))));
        Architecture architecture = Architectures.student(schema);
        Weights weights = Weights.initial(architecture, 3);
        List<Example> examples = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 2; i++) {
            float[] image = new float[256];
            for (int p = 0; p < image.length; p++) {
                image[p] = (float) random.nextGaussian();
            }
            examples.add(
                    new Example(
                            "e" + i, "e" + i, Map.of("rgb", image), Map.of("material", 1f), null));
        }
        Fisher fisher = new Fisher(Labels.GIVEN, 10, 1);
        List<Map<String, float[]>> found = new ArrayList<>();
        for (List<Example> some :
                List.of(examples, examples.subList(0, 1), examples.subList(1, 2))) {
            found.add(fisher.squares(architecture, schema, weights, some, _ -> {}, () -> false));
        }
        for (String name : List.of("encoders.rgb.0.weight", "encoders.rgb.1.gamma", BIAS)) {
            double mean = (of(found.get(1), name, 0) + of(found.get(2), name, 0)) / 2;
            assertThat(mean).isPositive();
            assertThat(of(found.get(0), name, 0)).isCloseTo(mean, within(1e-5 * mean));
        }
    }

    @Test
    void noMoreExamplesAreLookedAtThanAskedFor() {
        List<Example> many = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            many.add(example(i % 2, i, 1));
        }
        List<Integer> told = new ArrayList<>();
        Fisher fisher = new Fisher(Labels.SAMPLED, 5, 1);
        Map<String, float[]> first =
                fisher.squares(ARCHITECTURE, SCHEMA, identity(), many, told::add, () -> false);
        assertThat(told).containsExactly(1, 2, 3, 4, 5);
        Map<String, float[]> again =
                fisher.squares(ARCHITECTURE, SCHEMA, identity(), many, _ -> {}, () -> false);
        assertThat(again.get(BIAS)).containsExactly(first.get(BIAS));
        Map<String, float[]> other =
                new Fisher(Labels.SAMPLED, 5, 2)
                        .squares(ARCHITECTURE, SCHEMA, identity(), many, _ -> {}, () -> false);
        assertThat(other.get(BIAS)).isNotEqualTo(first.get(BIAS));
    }

    @Test
    void itStopsWhereItIsCancelled() {
        List<Integer> told = new ArrayList<>();
        assertThatThrownBy(() ->
                        new Fisher(Labels.GIVEN, 10, 1)
                                .of(
                                        ARCHITECTURE,
                                        SCHEMA,
                                        identity(),
                                        List.of(RIGHT, WRONG),
                                        told::add,
                                        () -> told.size() == 1))
                .isInstanceOf(CancellationException.class);
        assertThat(told).containsExactly(1);
    }

    /// Logits of 200 and 0: the softmax is 1 in floats, and no derivative is left.
    @Test
    void importancesThatAreAllZeroAreRefused() {
        assertThatThrownBy(() ->
                        importance(new Fisher(Labels.GIVEN, 10, 1), List.of(example(0, 200, 0))))
                .hasMessageContaining("nothing to hold on to");
    }

    @Test
    void examplesWithoutALabelAreNoneToLookAt() {
        assertThatThrownBy(() ->
                        importance(new Fisher(Labels.SAMPLED, 10, 1), List.of(RIGHT.unlabelled())))
                .hasMessageContaining("none of 1 examples");
    }

    private static Importance importance(Fisher fisher, List<Example> examples) {
        return fisher.of(ARCHITECTURE, SCHEMA, identity(), examples, _ -> {}, () -> false);
    }

    private static Map<String, float[]> squares(Labels labels, List<Example> examples) {
        return new Fisher(labels, 10_000, 1)
                .squares(ARCHITECTURE, SCHEMA, identity(), examples, _ -> {}, () -> false);
    }

    private static double of(Map<String, float[]> squares, String name, int at) {
        return Objects.requireNonNull(squares.get(name))[at];
    }

    private static Example example(int target, float... spectrum) {
        return new Example(
                "x", "x", Map.of("spectrum", spectrum), Map.of("material", (float) target), null);
    }

    private static Weights identity() {
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
        for (var parameter : ARCHITECTURE.layout()) {
            float[] values = new float[parameter.size()];
            if (parameter.shape().equals(List.of(2, 2))) {
                values[0] = 1;
                values[3] = 1;
            }
            tensors.put(parameter.name(), new Weights.Tensor(parameter.shape(), values));
        }
        tensors.put("heads.wear.bias", new Weights.Tensor(List.of(1), new float[] {150}));
        return new Weights(tensors);
    }

    private static Schema schema() {
        Map<String, Head> heads = new LinkedHashMap<>();
        heads.put("material", new ClassificationHead(List.of("a", "b")));
        heads.put("wear", new RegressionHead(100, 300));
        return new Schema(
                "identity",
                Map.of("spectrum", new VectorModality("nm", List.of(1.0, 2.0), List.of())),
                heads);
    }
}
