package io.retort.distillation.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeviationTests {

    @Test
    void classesAreComparedByDivergenceAndByTheirWinner() {
        float three = (float) Math.log(3);
        List<Map<String, float[]>> expected =
                List.of(logits(0, three), logits(5, 5 + three), logits(0, 1));
        List<Map<String, float[]>> actual =
                List.of(logits(three, 0), logits(0, three), logits(0, 1));
        Deviation deviation = Deviation.of(expected, actual);
        // 1/4 and 3/4 against 3/4 and 1/4: ln(3) / 2; a shift of all logits is nothing.
        assertThat(deviation.divergence()).isCloseTo(Math.log(3) / 2 / 3, within(1e-6));
        assertThat(deviation.changed()).isCloseTo(1.0 / 3, within(1e-9));
    }

    @Test
    void numbersAreComparedByTheSpreadOfTheHead() {
        List<Map<String, float[]>> expected = List.of(number(1), number(3));
        // Variance 1; half a unit away is 0.5^2 / 2, once in two.
        assertThat(Deviation.of(expected, List.of(number(1.5f), number(3))))
                .isEqualTo(new Deviation(0.0625, 0));
    }

    private static Map<String, float[]> logits(float first, float second) {
        return Map.of("material", new float[] {first, second});
    }

    private static Map<String, float[]> number(float value) {
        return Map.of("quality", new float[] {value});
    }
}
