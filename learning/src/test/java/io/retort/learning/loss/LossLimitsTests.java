package io.retort.learning.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.retort.learning.model.Network;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What each loss does at its edges: rows that do not count, a student that already says what the
/// teacher says, equal rows, features far from the origin, a student that is sure and wrong.
class LossLimitsTests {

    private static final int K = 3;
    private static final float[] X = {1, 2, 0.5f, -1, 0.25f, 3, 0.5f, -0.75f, 1.5f, 9, -9, 4};
    private static final float[] Y = {2, 0, -1, 0.5f, 1, -2, -1, 0.25f, 2, 5, 5, 5};

    private final NDManager manager = Network.newManager();

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void rowsThatDoNotCountMatterNeitherInValueNorInGradient() {
        float[] otherX = X.clone();
        float[] otherY = Y.clone();
        for (int i = 3 * K; i < 4 * K; i++) {
            otherX[i] = 100 - 30 * i;
            otherY[i] = 20 * i - 77;
        }
        losses().forEach((name, loss) -> {
            Outcome one = outcome(array(X), x -> loss.apply(x, counted(Y)));
            Outcome other = outcome(array(otherX), x -> loss.apply(x, counted(otherY)));
            assertThat(other.value()).as(name).isEqualTo(one.value());
            assertThat(other.gradient()).as(name).isEqualTo(one.gradient());
            assertThat(one.gradient()).as(name).endsWith(0, 0, 0);
        });
    }

    @Test
    void aStudentThatSaysWhatTheTeacherSaysLosesNothing() {
        losses().forEach((name, loss) -> {
            if (name.equals("cross-entropy") || name.equals("contrast")) {
                return;
            }
            Outcome same = outcome(array(Y), x -> loss.apply(x, counted(Y)));
            assertThat(same.value()).as(name).isCloseTo(0, within(1e-6f));
            assertThat(same.steepest()).as(name).isLessThan(1e-5f);
        });
    }

    @Test
    void aMapLikeTheTeachersLosesNothingHoweverStrongItIs() {
        float norm = (float) Math.sqrt(17);
        Target teacher = row(1 / norm, 4 / norm);
        for (float scale : new float[] {100, 1, 1e-2f}) {
            NDArray spatial = manager.create(new float[] {scale, 2 * scale}, new Shape(1, 1, 1, 2));
            assertThat(AttentionTransfer.of(spatial, teacher).getFloat())
                    .as("activations of %s", scale)
                    .isCloseTo(0, within(1e-6f));
        }
    }

    /// The angle at a corner that lies on one of its ends is not defined, and has no gradient.
    @Test
    void twoEqualRowsDoNotDriveTheOthersAway() {
        float[] twins = {1, 2, 0.5f, 1, 2, 0.5f, 0.5f, -0.75f, 1.5f, -1, 0.25f, 3};
        assertThat(outcome(array(twins), x -> RelationalAngle.of(x, all(Y))).steepest())
                .isLessThan(10);
        assertThat(outcome(array(twins), x -> RelationalDistance.of(x, all(Y))).steepest())
                .isLessThan(10);
    }

    @Test
    void equalRowsFarFromTheOriginHaveNoRelations() {
        float[] equal = new float[4 * K];
        for (int i = 0; i < equal.length; i++) {
            equal[i] = new float[] {31.1f, -17.3f, 8.7f}[i % K];
        }
        assertThat(outcome(array(equal), x -> RelationalAngle.of(x, all(Y))).steepest())
                .isLessThan(1e-3f);
        assertThat(outcome(array(equal), x -> RelationalDistance.of(x, all(Y))).steepest())
                .isLessThan(1e-3f);
    }

    @Test
    void relationsDoNotDependOnWhereTheFeaturesLie() {
        float[] shifted = X.clone();
        for (int i = 0; i < shifted.length; i++) {
            // Still exact in floats.
            shifted[i] += 32;
        }
        assertThat(outcome(array(shifted), x -> RelationalAngle.of(x, all(Y))).value())
                .isCloseTo(
                        outcome(array(X), x -> RelationalAngle.of(x, all(Y))).value(),
                        within(1e-4f));
        assertThat(outcome(array(shifted), x -> RelationalDistance.of(x, all(Y))).value())
                .isCloseTo(
                        outcome(array(X), x -> RelationalDistance.of(x, all(Y))).value(),
                        within(1e-4f));
    }

    /// KL = TCKD + (1 - p_c) NCKD also where the student gives the target class, the second, a
    /// share of e^-60, or all but one.
    @Test
    void theDecoupledPartsMakeTheWholeDivergenceOfAStudentThatIsSure() {
        Target teacher = row(2, 0.5f, -1);
        NDArray second = manager.create(new float[] {0, 1, 0}, new Shape(1, K));
        double p = Math.exp(0.5) / (Math.exp(2) + Math.exp(0.5) + Math.exp(-1));
        for (float gap : new float[] {60, 30, 10, 1, -10, -30, -60}) {
            Outcome whole = outcome(sure(gap), x -> Divergence.of(x, teacher, 1));
            Outcome parts =
                    outcome(
                            sure(gap),
                            x -> DecoupledDivergence.of(x, teacher, second, 1, 1, 1 - p));
            // Differences of logits of this size, in floats.
            float rounding = 1e-5f + 1e-6f * Math.abs(gap);
            assertThat(parts.value()).as("gap %s", gap).isCloseTo(whole.value(), within(rounding));
            assertThat(parts.gradient())
                    .as("gap %s", gap)
                    .containsExactly(whole.gradient(), within(1e-5f));
        }
    }

    private NDArray sure(float gap) {
        return manager.create(new float[] {gap, 0, 1}, new Shape(1, K));
    }

    @Test
    void contrastOfZeroRowsIsFinite() {
        Outcome zeros =
                outcome(
                        array(new float[4 * K]),
                        x -> Contrast.of(x, array(Y), all(Y), manager.create(0f), null));
        // All are equally similar, so both directions say log 4.
        assertThat(zeros.value()).isCloseTo((float) Math.log(4), within(1e-5f));
        assertThat(zeros.steepest()).isLessThan(10);
    }

    @Test
    void theTeachersProjectionLearnsToo() {
        Outcome projection =
                outcome(array(Y), y -> Contrast.of(array(X), y, all(Y), manager.create(0f), null));
        assertThat(projection.steepest()).isGreaterThan(1e-3f);
    }

    /// What belonged to the parameter's manager would stay for the whole run.
    @Test
    void nothingStaysWithTheManagerOfTheParameters() {
        try (NDManager owner = Network.newManager()) {
            NDArray log = owner.create(0f);
            log.setRequiresGradient(true);
            NDArray weight = owner.eye(K);
            weight.setRequiresGradient(true);
            NDArray bias = owner.zeros(new Shape(K));
            bias.setRequiresGradient(true);
            int before = owner.getManagedArrays().size();
            outcome(
                    array(X),
                    x ->
                            Objects.requireNonNull(Contrast.of(x, array(Y), all(Y), log, array(X)))
                                    .add(FeatureMatching.of(x, weight, bias, all(Y))));
            assertThat(owner.getManagedArrays()).hasSize(before);
        }
    }

    @Test
    void aMemoryTakesWholeRowsAlone() {
        ContrastMemory memory = new ContrastMemory(3, 2);
        memory.add(List.of(new float[] {1, 2}));
        assertThatThrownBy(() -> memory.restore(new float[5])).hasMessageContaining("5 values");
        assertThat(memory.values()).containsExactly(1, 2);
    }

    @Test
    void aMemoryKeepsCopies() {
        ContrastMemory memory = new ContrastMemory(3, 2);
        float[] row = {1, 2};
        memory.add(List.of(row));
        row[0] = 9;
        memory.values()[1] = 9;
        assertThat(memory.values()).containsExactly(1, 2);
    }

    private Target row(float... values) {
        return new Target(
                manager.create(values, new Shape(1, values.length)),
                manager.ones(new Shape(1, 1)),
                1);
    }

    private Map<String, BiFunction<NDArray, Target, @Nullable NDArray>> losses() {
        NDArray c =
                manager.create(new float[] {0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1}, new Shape(4, K));
        NDArray identity = manager.eye(K);
        Map<String, BiFunction<NDArray, Target, @Nullable NDArray>> losses = new LinkedHashMap<>();
        losses.put("cross-entropy", CrossEntropy::of);
        losses.put("squared error", SquaredError::of);
        losses.put("divergence", (x, y) -> Divergence.of(x, y, 3));
        losses.put("decoupled divergence", (x, y) -> DecoupledDivergence.of(x, y, c, 3, 1, 8));
        losses.put(
                "features",
                (x, y) -> FeatureMatching.of(x, identity, manager.zeros(new Shape(K)), y));
        losses.put("attention", (x, y) -> AttentionTransfer.of(x.reshape(4, K, 1, 1), maps(y)));
        losses.put("distance", RelationalDistance::of);
        losses.put("angle", RelationalAngle::of);
        losses.put("contrast", (x, y) -> Contrast.of(x, y.values(), y, manager.create(0f), null));
        return losses;
    }

    /// B x 1, the normalised map of a single place.
    private Target maps(Target target) {
        return new Target(manager.ones(new Shape(4, 1)), target.weights(), target.total());
    }

    private record Outcome(float value, float[] gradient) {

        float steepest() {
            float most = 0;
            for (float slope : gradient) {
                assertThat(slope).isFinite();
                most = Math.max(most, Math.abs(slope));
            }
            return most;
        }
    }

    private static Outcome outcome(NDArray x, Function<NDArray, @Nullable NDArray> loss) {
        x.setRequiresGradient(true);
        NDArray value = Objects.requireNonNull(loss.apply(x));
        Network.backward(value);
        float[] gradient = x.getGradient().toFloatArray();
        for (int i = 0; i < gradient.length; i++) {
            // No difference between 0 and -0.
            gradient[i] += 0f;
        }
        return new Outcome(value.getFloat(), gradient);
    }

    private NDArray array(float[] values) {
        return manager.create(values, new Shape(4, K));
    }

    private Target counted(float[] values) {
        return new Target(
                array(values), manager.create(new float[] {1, 1, 1, 0}, new Shape(4, 1)), 3);
    }

    private Target all(float[] values) {
        return new Target(array(values), manager.ones(new Shape(4, 1)), 4);
    }
}
