package io.retort.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Head;
import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.learning.model.Network;
import io.retort.learning.model.Prediction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LossTests {

    private static final float[] LOGITS = {1, 2, 0.5f, -1, 0.25f, 3};
    private static final float[] TEACHER = {2, 0, -1, 0.5f, 1, -2};
    private static final double T = 3;

    private final NDManager manager = Network.newManager();

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void crossEntropyIsTheMeanOverLabelledRows() {
        // The second row is not labelled.
        Batch.Aim aim = aim(new float[] {0, 1, 0, 0, 0, 0}, 1, 0);
        double expected = -Math.log(Math.exp(2) / (Math.exp(1) + Math.exp(2) + Math.exp(0.5)));
        assertThat(value(Loss.crossEntropy(array(LOGITS), aim))).isCloseTo(expected, within(1e-6));
        assertGradient(
                LOGITS,
                x -> Loss.crossEntropy(x, aim),
                x -> -(x[1] - Math.log(exponentials(x, 0, 1))));
    }

    @Test
    void crossEntropyDividesByTheLabelledRows() {
        Batch.Aim aim = aim(new float[] {0, 1, 0, 0, 0, 1}, 1, 1);
        ToDoubleFunction<double[]> expected =
                x ->
                        -(x[1]
                                        - Math.log(exponentials(x, 0, 1))
                                        + x[5]
                                        - Math.log(exponentials(x, 3, 1)))
                                / 2;
        assertThat(value(Loss.crossEntropy(array(LOGITS), aim)))
                .isCloseTo(expected.applyAsDouble(doubles(LOGITS)), within(1e-6));
        assertGradient(LOGITS, x -> Loss.crossEntropy(x, aim), expected);
    }

    @Test
    void divergenceIsHintonsWithTheSquareOfTheTemperature() {
        Batch.Aim aim = aim(TEACHER, 1, 1);
        ToDoubleFunction<double[]> expected = x -> (divergence(x, 0) + divergence(x, 3)) / 2;
        assertThat(value(Loss.divergence(array(LOGITS), aim, T)))
                .isCloseTo(expected.applyAsDouble(doubles(LOGITS)), within(1e-5));
        assertGradient(LOGITS, x -> Loss.divergence(x, aim, T), expected);
    }

    @Test
    void divergenceLeavesRowsWithoutATeacherAlone() {
        Batch.Aim aim = aim(new float[] {2, 0, -1, 0, 0, 0}, 1, 0);
        ToDoubleFunction<double[]> expected = x -> divergence(x, 0);
        assertThat(value(Loss.divergence(array(LOGITS), aim, T)))
                .isCloseTo(expected.applyAsDouble(doubles(LOGITS)), within(1e-5));
        assertGradient(LOGITS, x -> Loss.divergence(x, aim, T), expected);
    }

    @Test
    void divergenceToItselfIsZeroWithoutAGradient() {
        Batch.Aim aim = aim(LOGITS, 1, 1);
        assertThat(value(Loss.divergence(array(LOGITS), aim, T))).isCloseTo(0, within(1e-6));
        assertThat(gradient(LOGITS, x -> Loss.divergence(x, aim, T)))
                .usingComparatorWithPrecision(1e-6f)
                .containsOnly(0);
    }

    @Test
    void squaredErrorIsTheMeanOverTheValuesOfRowsThatCount() {
        Batch.Aim aim = aim(new float[] {0, 0, 1, 9, 9, 9}, 1, 0);
        ToDoubleFunction<double[]> expected =
                x -> (x[0] * x[0] + x[1] * x[1] + (x[2] - 1) * (x[2] - 1)) / 3;
        assertThat(value(Loss.squaredError(array(LOGITS), aim)))
                .isCloseTo((1 + 4 + 0.25) / 3, within(1e-6));
        assertGradient(LOGITS, x -> Loss.squaredError(x, aim), expected);
    }

    @Test
    void theWholeIsTheWeightedSumOfItsTerms() {
        Schema schema = schema();
        Objective objective = new Objective(0.5, 2, T, 0.25, 4);
        Batch.Aim labels = aim(new float[] {0, 1, 0, 0, 0, 0}, 1, 0);
        Batch.Aim soft = aim(TEACHER, 1, 1);
        Batch.Aim quality = column(new float[] {0.5f, 0}, 1, 0);
        Batch.Aim taughtQuality = column(new float[] {0.25f, 0.75f}, 1, 1);
        Batch.Aim features = aim(TEACHER, 1, 1);
        Batch batch =
                new Batch(
                        Map.of("material", labels, "quality", quality),
                        Map.of("material", soft, "quality", taughtQuality),
                        features);
        NDArray logits = array(LOGITS);
        NDArray qualities = manager.create(new float[] {1, 0}, new Shape(2, 1));
        NDArray projected = array(LOGITS);
        double expected =
                0.5 * value(Loss.crossEntropy(logits, labels))
                        + 2 * value(Loss.divergence(logits, soft, T))
                        + 0.5 * 4 * 0.25
                        + 2 * 4 * (0.75 * 0.75 + 0.75 * 0.75) / 2
                        + 0.25 * value(Loss.squaredError(projected, features));
        NDArray loss =
                Objects.requireNonNull(
                        Loss.of(schema, objective, outputs(logits, qualities), batch, projected));
        assertThat(loss.getDataType()).isEqualTo(DataType.FLOAT32);
        assertThat(value(loss)).isCloseTo(expected, within(1e-5));
    }

    @Test
    void aBatchThatNoTermAppliesToHasNoLoss() {
        Batch batch = new Batch(Map.of(), Map.of("material", aim(TEACHER, 1, 1)), null);
        NDArray loss =
                Loss.of(
                        schema(),
                        Objective.annotations(),
                        outputs(array(LOGITS), manager.zeros(new Shape(2, 1))),
                        batch,
                        null);
        assertThat(loss).isNull();
    }

    private static Schema schema() {
        Map<String, Head> heads = new LinkedHashMap<>();
        heads.put("material", new ClassificationHead(List.of("a", "b", "c")));
        heads.put("quality", new RegressionHead(0, 1));
        return new Schema(
                "test",
                Map.of("rgb", new ImageModality(1, 2, 2, 1, List.of(0.0), List.of(1.0))),
                heads);
    }

    private static Network.Outputs outputs(NDArray logits, NDArray qualities) {
        return new Network.Outputs(
                Map.of("material", logits, "quality", qualities),
                Map.of(Prediction.FUSED, logits),
                Map.of());
    }

    /// T^2 KL of one row of three, by the definition.
    private static double divergence(double[] x, int from) {
        double[] teacher = doubles(TEACHER);
        double sum = 0;
        for (int i = from; i < from + 3; i++) {
            double p = Math.exp(teacher[i] / T) / exponentials(teacher, from, T);
            double q = Math.exp(x[i] / T) / exponentials(x, from, T);
            sum += p * Math.log(p / q);
        }
        return T * T * sum;
    }

    private static double exponentials(double[] x, int from, double temperature) {
        double sum = 0;
        for (int i = from; i < from + 3; i++) {
            sum += Math.exp(x[i] / temperature);
        }
        return sum;
    }

    /// The gradient that training sees, against central differences of the definition in doubles.
    private void assertGradient(
            float[] at, Function<NDArray, NDArray> term, ToDoubleFunction<double[]> definition) {
        float[] gradient = gradient(at, term);
        double step = 1e-5;
        for (int i = 0; i < at.length; i++) {
            double[] above = doubles(at);
            double[] below = doubles(at);
            above[i] += step;
            below[i] -= step;
            double slope =
                    (definition.applyAsDouble(above) - definition.applyAsDouble(below))
                            / (2 * step);
            assertThat((double) gradient[i]).as("gradient %d", i).isCloseTo(slope, within(1e-5));
        }
    }

    private float[] gradient(float[] at, Function<NDArray, NDArray> term) {
        NDArray x = array(at);
        x.setRequiresGradient(true);
        try (GradientCollector collector = Network.engine().newGradientCollector()) {
            collector.backward(term.apply(x));
        }
        return x.getGradient().toFloatArray();
    }

    private NDArray array(float[] values) {
        return manager.create(values, new Shape(2, 3));
    }

    private Batch.Aim aim(float[] values, float... mask) {
        return new Batch.Aim(array(values), manager.create(mask, new Shape(2, 1)), count(mask));
    }

    private Batch.Aim column(float[] values, float... mask) {
        return new Batch.Aim(
                manager.create(values, new Shape(2, 1)),
                manager.create(mask, new Shape(2, 1)),
                count(mask));
    }

    private static int count(float[] mask) {
        int count = 0;
        for (float row : mask) {
            count += (int) row;
        }
        return count;
    }

    private static double value(@Nullable NDArray scalar) {
        return Objects.requireNonNull(scalar).getFloat();
    }

    private static double[] doubles(float[] floats) {
        double[] doubles = new double[floats.length];
        for (int i = 0; i < floats.length; i++) {
            doubles[i] = floats[i];
        }
        return doubles;
    }
}
