package io.retort.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.retort.learning.architecture.Parameter;
import io.retort.learning.model.Network;
import io.retort.learning.model.Weights;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PenaltiesTests {

    private static final double HUGE = 1e8;

    private final Weights start = Weights.initial(Fixtures.architecture(), 5);

    @Test
    void theValueIsHalfTheStrengthTimesTheWeightedSquares() {
        QuadraticPenalty penalty =
                new QuadraticPenalty(
                        Map.of("a", new float[] {1, 2}, "b", new float[] {-1}),
                        Map.of("a", new float[] {3, 0}, "b", new float[] {0.5f}),
                        4);
        Map<String, float[]> moved = Map.of("a", new float[] {2, 9}, "b", new float[] {1});
        assertThat(penalty.at(moved)).isCloseTo(4.0 / 2 * (3 * 1 + 0.5 * 4), within(1e-9));
        assertThat(penalty.at(penalty.anchor())).isZero();
    }

    @Test
    void itIsNothingAtTheAnchorAndSomethingAsSoonAsAParameterMoves() {
        QuadraticPenalty penalty = penalty(start, 1, 2);
        assertThat(value(penalty, start)).isZero();
        for (String name : penalty.anchor().keySet()) {
            assertThat(value(penalty, moved(start, name, 0.1f))).as(name).isGreaterThan(1e-4);
        }
    }

    @Test
    void theGradientIsThatOfTheFormula() {
        QuadraticPenalty penalty = penalty(start, 3, 2);
        Weights now = Weights.initial(Fixtures.architecture(), 6);
        Map<String, float[]> gradients = gradients(penalty, now);
        Map<String, float[]> values = values(now);
        for (Map.Entry<String, float[]> entry : gradients.entrySet()) {
            float[] parameter = Objects.requireNonNull(values.get(entry.getKey()));
            double step = 1e-2;
            float before = parameter[0];
            parameter[0] = (float) (before + step);
            double above = penalty.at(values);
            parameter[0] = (float) (before - step);
            double below = penalty.at(values);
            parameter[0] = before;
            double slope = (above - below) / (2 * step);
            assertThat((double) entry.getValue()[0])
                    .as(entry.getKey())
                    .isCloseTo(slope, within(1e-2 * Math.max(0.1, Math.abs(slope))));
        }
    }

    @Test
    void aHugeStrengthKeepsTheParametersWhereTheyWereAndNoneLetsThemGo() {
        Weights free = trained(List.of());
        Weights held = trained(List.of(penalty(start, HUGE, 1)));
        for (Parameter parameter : Fixtures.architecture().layout()) {
            if (parameter.role().trainable()) {
                assertThat(farthest(held, parameter.name()))
                        .as(parameter.name())
                        .isLessThan(0.2 * farthest(free, parameter.name()) + 1e-6);
            }
        }
    }

    /// The network learns them as shares of the head's range, 100 to 300; the anchor is in its
    /// unit. Taken as a share, a bias near 200 would be pulled towards 40,000.
    @Test
    void regressionHeadsAreHeldInTheirUnits() {
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>(start.tensors());
        tensors.put("heads.wear.bias", new Weights.Tensor(List.of(1), new float[] {200}));
        Weights from = new Weights(tensors);
        Weights held =
                Training.run(
                        assignment()
                                .withInitial(from)
                                .withPenalties(List.of(penalty(from, HUGE, 1))),
                        _ -> {},
                        () -> false);
        assertThat(held.tensor("heads.wear.bias").values()[0]).isCloseTo(200, within(2f));
    }

    @Test
    void whatHoldsNothingIsRefused() {
        Map<String, float[]> anchor = Map.of("a", new float[] {1, 2});
        assertThatThrownBy(() -> new QuadraticPenalty(anchor, Map.of("a", new float[] {0, 0}), 1))
                .hasMessageContaining("every importance is 0");
        assertThatThrownBy(() ->
                        new QuadraticPenalty(anchor, Map.of("a", new float[] {Float.NaN, 1}), 1))
                .hasMessageContaining("NaN");
        assertThatThrownBy(() -> new QuadraticPenalty(anchor, Map.of("a", new float[] {1, 1}), 0))
                .hasMessageContaining("strength");
        assertThatThrownBy(() -> new QuadraticPenalty(anchor, Map.of("b", new float[] {1, 1}), 1))
                .hasMessageContaining("importances of [b]");
        assertThatThrownBy(() -> new QuadraticPenalty(anchor, Map.of("a", new float[] {1}), 1))
                .hasMessageContaining("differ in length");
    }

    @Test
    void aParameterThatTheNetworkDoesNotHaveIsRefused() {
        QuadraticPenalty penalty =
                new QuadraticPenalty(
                        Map.of("other", new float[] {1}), Map.of("other", new float[] {1}), 1);
        assertThatThrownBy(() -> trained(List.of(penalty))).hasMessageContaining("other");
    }

    private static Assignment assignment() {
        return Assignment.of(
                Fixtures.architecture(),
                Fixtures.schema(),
                Fixtures.examples(24, 3),
                Recipe.annotations(),
                Fixtures.settings(20, 3));
    }

    private Weights trained(List<QuadraticPenalty> penalties) {
        return Training.run(
                assignment().withInitial(start).withPenalties(penalties), _ -> {}, () -> false);
    }

    /// Largest move of a value from where training began.
    private double farthest(Weights weights, String name) {
        float[] then = start.tensor(name).values();
        float[] now = weights.tensor(name).values();
        double farthest = 0;
        for (int i = 0; i < now.length; i++) {
            farthest = Math.max(farthest, Math.abs(now[i] - then[i]));
        }
        return farthest;
    }

    /// @param importance of every value, in the heads' units
    private static QuadraticPenalty penalty(Weights anchor, double strength, float importance) {
        Map<String, float[]> importances = values(anchor);
        importances.values().forEach(values -> Arrays.fill(values, importance));
        return new QuadraticPenalty(values(anchor), importances, strength);
    }

    private static Map<String, float[]> values(Weights weights) {
        Map<String, float[]> values = new LinkedHashMap<>();
        for (Parameter parameter : Fixtures.architecture().layout()) {
            if (parameter.role().trainable()) {
                values.put(parameter.name(), weights.tensor(parameter.name()).values().clone());
            }
        }
        return values;
    }

    private static Weights moved(Weights weights, String name, float by) {
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>(weights.tensors());
        float[] values = weights.tensor(name).values().clone();
        values[new SplittableRandom(1).nextInt(values.length)] += by;
        tensors.put(name, new Weights.Tensor(weights.tensor(name).shape(), values));
        return new Weights(tensors);
    }

    private static double value(QuadraticPenalty penalty, Weights weights) {
        try (Network network = new Network(Fixtures.architecture(), weights, true);
                NDManager step = Network.newManager()) {
            return sum(penalty, network, step).getFloat();
        }
    }

    private static Map<String, float[]> gradients(QuadraticPenalty penalty, Weights weights) {
        try (Network network = new Network(Fixtures.architecture(), weights, true);
                NDManager step = Network.newManager()) {
            Network.backward(sum(penalty, network, step));
            Map<String, float[]> gradients = new LinkedHashMap<>();
            network.parameters()
                    .forEach((name, parameter) ->
                            gradients.put(name, parameter.getGradient().toFloatArray()));
            return gradients;
        }
    }

    private static NDArray sum(QuadraticPenalty penalty, Network network, NDManager step) {
        return Objects.requireNonNull(
                new Penalties(step, network.parameters(), List.of(penalty)).of(step));
    }
}
