package io.retort.learning.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.retort.contract.schema.TensorShape;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Encoder;
import io.retort.learning.architecture.Flatten;
import io.retort.learning.model.Weights;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DropoutPassesTests {

    @Test
    void withoutDropoutEveryPassIsTheHeadItself() {
        assertThat(passes(0))
                .isNotEmpty()
                .allSatisfy(row -> assertThat(row).containsExactly(32, 7));
    }

    @Test
    void dropoutLosesValuesAndScalesTheOthersUp() {
        List<float[]> passes = passes(0.5);
        // 1 x 1 + 2 x 2 + ... each twice or not at all, and a bias of 2.
        assertThat(passes)
                .allSatisfy(row -> assertThat((row[0] - 2) % 2).isZero())
                .anySatisfy(row -> assertThat(row[0]).isGreaterThan(32))
                .anySatisfy(row -> assertThat(row[0]).isLessThan(32))
                .allSatisfy(row -> assertThat(row[1]).isEqualTo(7));
        assertThat(passes.stream().mapToDouble(row -> row[0]).average().orElseThrow())
                .isCloseTo(32, within(12.0));
        assertThat(passes(0.5).getFirst()).containsExactly(passes.getFirst());
    }

    private static List<float[]> passes(double rate) {
        Architecture architecture =
                new Architecture(
                        "small",
                        List.of(new Encoder("v", new TensorShape(4, 1, 1), List.of(new Flatten()))),
                        4,
                        rate,
                        Map.of("kind", 2));
        Weights weights =
                new Weights(
                        Map.of(
                                "heads.kind.weight",
                                new Weights.Tensor(
                                        List.of(2, 4), new float[] {1, 2, 3, 4, 0, 0, 0, 0}),
                                "heads.kind.bias",
                                new Weights.Tensor(List.of(2), new float[] {2, 7})));
        return new DropoutPasses(architecture).of(weights, "kind", new float[] {1, 2, 3, 4});
    }
}
