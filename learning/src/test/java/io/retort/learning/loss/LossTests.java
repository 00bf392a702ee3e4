package io.retort.learning.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.retort.learning.model.Network;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The references are written anew here, in doubles, from the papers' equations; gradients are
/// compared with central differences of those.
class LossTests {

    private static final int K = 3;
    private static final double T = 3;

    /// Four rows of three; the last does not count.
    private static final float[] X = {1, 2, 0.5f, -1, 0.25f, 3, 0.5f, -0.75f, 1.5f, 9, -9, 4};

    private static final float[] Y = {2, 0, -1, 0.5f, 1, -2, -1, 0.25f, 2, 5, 5, 5};
    private static final float[] COUNTED = {1, 1, 1, 0};
    private static final int ROWS = 3;

    private final NDManager manager = Network.newManager();

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void crossEntropyOfOneRowIsMinusTheLogOfItsProbability() {
        Target target =
                new Target(
                        manager.create(new float[] {0, 1, 0}, new Shape(1, 3)),
                        manager.ones(new Shape(1, 1)),
                        1);
        NDArray logits = manager.create(new float[] {1, 2, 0.5f}, new Shape(1, 3));
        double expected = -Math.log(Math.exp(2) / (Math.exp(1) + Math.exp(2) + Math.exp(0.5)));
        assertThat(CrossEntropy.of(logits, target).getFloat())
                .isCloseTo((float) expected, within(1e-6f));
    }

    @Test
    void crossEntropy() {
        float[] oneHot = {0, 1, 0, 1, 0, 0, 0.25f, 0.25f, 0.5f, 0, 0, 1};
        check(
                X,
                x -> CrossEntropy.of(x, target(oneHot, K)),
                x -> {
                    double sum = 0;
                    for (int r = 0; r < ROWS; r++) {
                        double[] p = softmax(x, r, 1);
                        for (int k = 0; k < K; k++) {
                            sum -= oneHot[r * K + k] * Math.log(p[k]);
                        }
                    }
                    return sum / ROWS;
                });
    }

    @Test
    void squaredError() {
        check(
                X,
                x -> SquaredError.of(x, target(Y, K)),
                x -> {
                    double sum = 0;
                    for (int i = 0; i < ROWS * K; i++) {
                        sum += (x[i] - Y[i]) * (x[i] - Y[i]);
                    }
                    return sum / (ROWS * K);
                });
    }

    @Test
    void divergence() {
        check(X, x -> Divergence.of(x, target(Y, K), T), x -> divergence(x, r -> 1.0));
    }

    @Test
    void divergenceToItselfIsZero() {
        assertThat(Divergence.of(array(Y, K), target(Y, K), T).getFloat())
                .isCloseTo(0, within(1e-6f));
    }

    @Test
    void decoupledDivergence() {
        check(
                X,
                x -> DecoupledDivergence.of(x, target(Y, K), targetClass(), T, 1, 8),
                x -> decoupled(x, 1, 8));
    }

    @Test
    void theDecoupledPartsMakeTheWholeDivergence() {
        // KL = TCKD + (1 - p_c) NCKD, row by row (Zhao et al. 2022, eq. 6).
        for (int r = 0; r < ROWS; r++) {
            NDArray x = manager.create(Arrays.copyOfRange(X, r * K, r * K + K), new Shape(1, K));
            NDArray y = manager.create(Arrays.copyOfRange(Y, r * K, r * K + K), new Shape(1, K));
            Target teacher = new Target(y, manager.ones(new Shape(1, 1)), 1);
            NDArray c = manager.create(new float[] {0, 1, 0}, new Shape(1, K));
            double p = softmax(doubles(Y), r, T)[1];
            float parts = DecoupledDivergence.of(x, teacher, c, T, 1, 1 - p).getFloat();
            assertThat(parts).isCloseTo(Divergence.of(x, teacher, T).getFloat(), within(1e-4f));
        }
    }

    @Test
    void decoupledDivergenceOfTwoClassesHasNoOtherPart() {
        NDArray x = manager.create(new float[] {1, -1}, new Shape(1, 2));
        Target teacher =
                new Target(
                        manager.create(new float[] {3, 0}, new Shape(1, 2)),
                        manager.ones(new Shape(1, 1)),
                        1);
        NDArray c = manager.create(new float[] {1, 0}, new Shape(1, 2));
        assertThat(DecoupledDivergence.of(x, teacher, c, 1, 0, 8).getFloat())
                .isCloseTo(0, within(1e-6f));
        assertThat(DecoupledDivergence.of(x, teacher, c, 1, 1, 8).getFloat())
                .isCloseTo(Divergence.of(x, teacher, 1).getFloat(), within(1e-5f));
    }

    @Test
    void featureMatchingProjectsTheStudent() {
        float[] weight = {1, 0.5f, -1, 0, 2, 0.25f};
        float[] bias = {0.5f, -0.5f};
        float[] teacher = {1, 0, 0, 1, -1, 1, 7, 7};
        check(
                X,
                x ->
                        FeatureMatching.of(
                                x,
                                manager.create(weight, new Shape(2, 3)),
                                manager.create(bias),
                                target(teacher, 2)),
                x -> {
                    double sum = 0;
                    for (int r = 0; r < ROWS; r++) {
                        for (int o = 0; o < 2; o++) {
                            double projected = bias[o];
                            for (int k = 0; k < K; k++) {
                                projected += weight[o * K + k] * x[r * K + k];
                            }
                            double error = projected - teacher[r * 2 + o];
                            sum += error * error;
                        }
                    }
                    return sum / (ROWS * 2);
                });
    }

    @Test
    void attentionTransfer() {
        // Four rows of 3 channels on a 1 x 2 map.
        float[] spatial = new float[24];
        for (int i = 0; i < spatial.length; i++) {
            spatial[i] = (float) Math.sin(i * 1.7) * 2;
        }
        float[] maps = {0.6f, 0.8f, 1, 0, 0.8f, 0.6f, 9, 9};
        check(
                spatial,
                new Shape(4, 3, 1, 2),
                x -> AttentionTransfer.of(x, target(maps, 2)),
                x -> {
                    double sum = 0;
                    for (int r = 0; r < ROWS; r++) {
                        double[] map = new double[2];
                        for (int c = 0; c < 3; c++) {
                            for (int p = 0; p < 2; p++) {
                                double a = x[(r * 3 + c) * 2 + p];
                                map[p] += a * a / 3;
                            }
                        }
                        double norm = Math.hypot(map[0], map[1]);
                        for (int p = 0; p < 2; p++) {
                            double error = map[p] / norm - maps[r * 2 + p];
                            sum += error * error;
                        }
                    }
                    return sum / ROWS;
                });
    }

    @Test
    void attentionOfNothingIsFinite() {
        NDArray zeros = manager.zeros(new Shape(4, 3, 1, 2));
        float[] gradient = gradient(zeros, x -> AttentionTransfer.of(x, target(new float[8], 2)));
        assertThat(gradient).containsOnly(0);
    }

    @Test
    void mapsAreResampledByArea() {
        float[] map = {1, 3, 5, 7};
        // 2 x 2 to one cell: its mean, normalised.
        assertThat(AttentionTransfer.resample(map, 2, 2, 1, 1)).containsExactly(1);
        float[] same = AttentionTransfer.resample(new float[] {0.6f, 0, 0, 0.8f}, 2, 2, 2, 2);
        assertThat(same).containsExactly(new float[] {0.6f, 0, 0, 0.8f}, within(1e-6f));
        // Columns 1, 3 to three cells: 1, half of each, 3; norm sqrt(1 + 4 + 9).
        float norm = (float) Math.sqrt(14);
        assertThat(AttentionTransfer.resample(new float[] {1, 3}, 1, 2, 1, 3))
                .containsExactly(new float[] {1 / norm, 2 / norm, 3 / norm}, within(1e-6f));
        assertThat(AttentionTransfer.resample(new float[4], 2, 2, 1, 2)).containsExactly(0, 0);
    }

    @Test
    void relationalDistance() {
        check(
                X,
                x -> RelationalDistance.of(x, target(Y, K)),
                x -> {
                    double[] own = relative(x);
                    double[] taught = relative(doubles(Y));
                    double sum = 0;
                    for (int i = 0; i < own.length; i++) {
                        sum += huber(own[i] - taught[i]);
                    }
                    return sum / own.length;
                });
    }

    @Test
    void relationalAngle() {
        check(
                X,
                x -> RelationalAngle.of(x, target(Y, K)),
                x -> {
                    double sum = 0;
                    int count = 0;
                    for (int j = 0; j < ROWS; j++) {
                        for (int i = 0; i < ROWS; i++) {
                            for (int k = 0; k < ROWS; k++) {
                                if (i != j && k != j && i != k) {
                                    sum += huber(cosine(x, i, j, k) - cosine(doubles(Y), i, j, k));
                                    count++;
                                }
                            }
                        }
                    }
                    return sum / count;
                });
    }

    @Test
    void relationsOfEqualRowsAreFinite() {
        NDArray equal = manager.ones(new Shape(4, K));
        assertThat(gradient(equal, x -> RelationalDistance.of(x, target(Y, K))))
                .doesNotContain(Float.NaN);
        assertThat(gradient(equal, x -> RelationalAngle.of(x, target(Y, K))))
                .doesNotContain(Float.NaN);
    }

    @Test
    void relationsOfTheSameFeaturesAreZero() {
        assertThat(scalar(RelationalDistance.of(array(Y, K), target(Y, K))))
                .isCloseTo(0, within(1e-6));
        assertThat(scalar(RelationalAngle.of(array(Y, K), target(Y, K))))
                .isCloseTo(0, within(1e-6));
    }

    @Test
    void tooFewRowsHaveNoRelations() {
        Target one =
                new Target(
                        array(Y, K), manager.create(new float[] {1, 0, 0, 0}, new Shape(4, 1)), 1);
        Target two =
                new Target(
                        array(Y, K), manager.create(new float[] {1, 1, 0, 0}, new Shape(4, 1)), 2);
        assertThat(RelationalDistance.of(array(X, K), one)).isNull();
        assertThat(RelationalDistance.of(array(X, K), two)).isNotNull();
        assertThat(RelationalAngle.of(array(X, K), two)).isNull();
        assertThat(Contrast.of(array(X, K), array(Y, K), one, manager.create(0f), null)).isNull();
    }

    @Test
    void contrast() {
        double temperature = 0.5;
        check(
                X,
                x ->
                        Contrast.of(
                                x,
                                array(Y, K),
                                target(Y, K),
                                manager.create((float) Math.log(temperature)),
                                null),
                x -> contrast(x, temperature, new double[0]));
    }

    @Test
    void contrastWithAMemory() {
        float[] memory = {1, 1, 1, 0, -1, 2};
        check(
                X,
                x ->
                        Contrast.of(
                                x,
                                array(Y, K),
                                target(Y, K),
                                manager.create((float) Math.log(0.5)),
                                manager.create(memory, new Shape(2, K))),
                x -> contrast(x, 0.5, doubles(memory)));
    }

    @Test
    void theContrastsTemperatureCanBeLearnt() {
        NDArray log = manager.create((float) Math.log(0.5));
        log.setRequiresGradient(true);
        Network.backward(
                Objects.requireNonNull(
                        Contrast.of(array(X, K), array(Y, K), target(Y, K), log, null)));
        double step = 1e-5;
        double slope =
                (contrast(doubles(X), 0.5 * Math.exp(step), new double[0])
                                - contrast(doubles(X), 0.5 * Math.exp(-step), new double[0]))
                        / (2 * step);
        assertThat((double) log.getGradient().getFloat()).isCloseTo(slope, within(1e-3));
    }

    @Test
    void aMemoryForgetsTheOldestFirst() {
        ContrastMemory memory = new ContrastMemory(3, 2);
        memory.add(List.of(new float[] {1, 1}, new float[] {2, 2}));
        memory.add(List.of(new float[] {3, 3}, new float[] {4, 4}));
        assertThat(memory.size()).isEqualTo(3);
        assertThat(memory.values()).containsExactly(2, 2, 3, 3, 4, 4);
        ContrastMemory other = new ContrastMemory(3, 2);
        other.restore(memory.values());
        other.add(List.of(new float[] {5, 5}));
        assertThat(other.values()).containsExactly(3, 3, 4, 4, 5, 5);
        assertThatThrownBy(() -> memory.add(List.of(new float[3])))
                .hasMessageContaining("3 values");
    }

    @Test
    void aTargetWithoutRowsIsRefused() {
        NDArray none = manager.zeros(new Shape(4, 1));
        assertThatThrownBy(() -> new Target(array(Y, K), none, 0)).hasMessageContaining("count");
    }

    private static double contrast(double[] x, double temperature, double[] memory) {
        double[][] own = new double[ROWS][];
        double[][] taught = new double[ROWS + memory.length / K][];
        double[] y = doubles(Y);
        for (int r = 0; r < ROWS; r++) {
            own[r] = unit(Arrays.copyOfRange(x, r * K, r * K + K));
            taught[r] = unit(Arrays.copyOfRange(y, r * K, r * K + K));
        }
        for (int r = ROWS; r < taught.length; r++) {
            int at = (r - ROWS) * K;
            taught[r] = unit(Arrays.copyOfRange(memory, at, at + K));
        }
        double sum = 0;
        for (int r = 0; r < ROWS; r++) {
            double forward = 0;
            for (double[] other : taught) {
                forward += Math.exp(dot(own[r], other) / temperature);
            }
            double backward = 0;
            for (double[] other : own) {
                backward += Math.exp(dot(other, taught[r]) / temperature);
            }
            double similar = dot(own[r], taught[r]) / temperature;
            sum -= similar - Math.log(forward) + similar - Math.log(backward);
        }
        return sum / (2 * ROWS);
    }

    private static double divergence(double[] x, Function<Integer, Double> weight) {
        double sum = 0;
        for (int r = 0; r < ROWS; r++) {
            double[] p = softmax(doubles(Y), r, T);
            double[] q = softmax(x, r, T);
            for (int k = 0; k < K; k++) {
                sum += weight.apply(r) * p[k] * Math.log(p[k] / q[k]);
            }
        }
        return T * T * sum / ROWS;
    }

    /// Target classes 1, 0 and 2.
    private NDArray targetClass() {
        return array(new float[] {0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1}, K);
    }

    private static double decoupled(double[] x, double alpha, double beta) {
        int[] classes = {1, 0, 2};
        double sum = 0;
        for (int r = 0; r < ROWS; r++) {
            double[] p = softmax(doubles(Y), r, T);
            double[] q = softmax(x, r, T);
            int c = classes[r];
            sum +=
                    alpha
                            * (p[c] * Math.log(p[c] / q[c])
                                    + (1 - p[c]) * Math.log((1 - p[c]) / (1 - q[c])));
            for (int k = 0; k < K; k++) {
                if (k != c) {
                    double own = p[k] / (1 - p[c]);
                    sum += beta * own * Math.log(own / (q[k] / (1 - q[c])));
                }
            }
        }
        return T * T * sum / ROWS;
    }

    private static double[] relative(double[] x) {
        double[] distances = new double[ROWS * (ROWS - 1)];
        int at = 0;
        for (int i = 0; i < ROWS; i++) {
            for (int j = 0; j < ROWS; j++) {
                if (i != j) {
                    double squares = 0;
                    for (int k = 0; k < K; k++) {
                        double d = x[i * K + k] - x[j * K + k];
                        squares += d * d;
                    }
                    distances[at++] = Math.sqrt(squares);
                }
            }
        }
        double mean = Arrays.stream(distances).average().orElseThrow();
        return Arrays.stream(distances).map(d -> d / mean).toArray();
    }

    private static double cosine(double[] x, int i, int j, int k) {
        double[] one = new double[K];
        double[] other = new double[K];
        for (int c = 0; c < K; c++) {
            one[c] = x[i * K + c] - x[j * K + c];
            other[c] = x[k * K + c] - x[j * K + c];
        }
        return dot(unit(one), unit(other));
    }

    private static double huber(double d) {
        return Math.abs(d) <= 1 ? d * d / 2 : Math.abs(d) - 0.5;
    }

    private static double[] unit(double[] x) {
        double norm = Math.sqrt(dot(x, x));
        return Arrays.stream(x).map(v -> v / norm).toArray();
    }

    private static double dot(double[] one, double[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }

    private static double[] softmax(double[] x, int row, double temperature) {
        double[] p = new double[K];
        double sum = 0;
        for (int k = 0; k < K; k++) {
            p[k] = Math.exp(x[row * K + k] / temperature);
            sum += p[k];
        }
        for (int k = 0; k < K; k++) {
            p[k] /= sum;
        }
        return p;
    }

    private void check(
            float[] at,
            Function<NDArray, @Nullable NDArray> loss,
            ToDoubleFunction<double[]> reference) {
        check(at, new Shape(4, K), loss, reference);
    }

    /// Value and gradient; rows that do not count have none, since the reference leaves them out.
    private void check(
            float[] at,
            Shape shape,
            Function<NDArray, @Nullable NDArray> loss,
            ToDoubleFunction<double[]> reference) {
        NDArray x = manager.create(at, shape);
        assertThat(scalar(loss.apply(x)))
                .isCloseTo(reference.applyAsDouble(doubles(at)), within(2e-4));
        float[] gradient = gradient(manager.create(at, shape), loss);
        double step = 1e-5;
        for (int i = 0; i < at.length; i++) {
            double[] above = doubles(at);
            double[] below = doubles(at);
            above[i] += step;
            below[i] -= step;
            double slope =
                    (reference.applyAsDouble(above) - reference.applyAsDouble(below)) / (2 * step);
            assertThat((double) gradient[i]).as("gradient %d", i).isCloseTo(slope, within(2e-4));
        }
    }

    private static float[] gradient(NDArray x, Function<NDArray, @Nullable NDArray> loss) {
        x.setRequiresGradient(true);
        NDArray value = Objects.requireNonNull(loss.apply(x));
        collectGarbage();
        Network.backward(value);
        return x.getGradient().toFloatArray();
    }

    /// As may happen between the passes: frees the direct buffers that nothing refers to, and
    /// writes over their memory. A backward pass that still reads them shows.
    private static void collectGarbage() {
        ReferenceQueue<ByteBuffer> queue = new ReferenceQueue<>();
        PhantomReference<ByteBuffer> last =
                new PhantomReference<>(ByteBuffer.allocateDirect(Float.BYTES), queue);
        System.gc();
        try {
            assertThat(queue.remove(10_000)).isSameAs(last);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        List<ByteBuffer> others = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            others.add(
                    ByteBuffer.allocateDirect(Float.BYTES)
                            .order(ByteOrder.nativeOrder())
                            .putFloat(0, 1e26f));
        }
        assertThat(others).hasSize(2000);
    }

    private static double scalar(@Nullable NDArray loss) {
        return Objects.requireNonNull(loss).getFloat();
    }

    private NDArray array(float[] values, int width) {
        return manager.create(values, new Shape(4, width));
    }

    private Target target(float[] values, int width) {
        return new Target(array(values, width), manager.create(COUNTED, new Shape(4, 1)), ROWS);
    }

    private static double[] doubles(float[] floats) {
        double[] doubles = new double[floats.length];
        for (int i = 0; i < floats.length; i++) {
            doubles[i] = floats[i];
        }
        return doubles;
    }
}
