package io.retort.learning.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.retort.learning.evaluation.Temperature;
import io.retort.learning.training.Example;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OutOfFoldAnswersTests {

    private static final Folds FOLDS =
            new Folds(2, Map.of("g0", 0, "g1", 0, "g2", 1, "g3", 1), Set.of("shared"));

    /// Two wrong and sure in fold 0, two right in fold 1.
    private static final List<Example> EXAMPLES =
            List.of(
                    Task.labelled("g0", 0),
                    Task.labelled("g1", 1),
                    Task.labelled("g2", 0),
                    Task.labelled("g3", 1));

    private static final List<Map<String, float[]>> OUTPUTS =
            List.of(kind(0, 4, 0), kind(4, 0, 0), kind(2, 0, 0), kind(0, 2, 0));

    @Test
    void everythingInAFoldIsEvaluated() {
        OutOfFold outOfFold = Objects.requireNonNull(answers(EXAMPLES, OUTPUTS).evaluate());

        assertThat(outOfFold.evaluation().samples()).isEqualTo(4);
        assertThat(outOfFold.evaluation().heads().get("kind"))
                .satisfies(kind -> {
                    assertThat(Objects.requireNonNull(kind).value()).isEqualTo(0.5);
                    assertThat(kind.n()).isEqualTo(4);
                });
        assertThat(outOfFold.calibration()).containsOnlyKeys("kind");
    }

    @Test
    void theTeachersTemperatureIsThatOfAllFolds() {
        OutOfFold outOfFold = Objects.requireNonNull(answers(EXAMPLES, OUTPUTS).evaluate());
        OutOfFold.Calibration kind = Objects.requireNonNull(outOfFold.calibration().get("kind"));

        assertThat(kind.temperature())
                .isEqualTo(
                        Temperature.fit(
                                List.of(
                                        new float[] {0, 4, 0},
                                        new float[] {4, 0, 0},
                                        new float[] {2, 0, 0},
                                        new float[] {0, 2, 0}),
                                new int[] {0, 1, 0, 1}))
                .isGreaterThan(1);
        assertThat(outOfFold.temperatures()).containsExactly(Map.entry("kind", kind.temperature()));
    }

    @Test
    void reliabilityAfterIsAtTheTemperatureOfTheOtherFolds() {
        OutOfFold.Calibration kind =
                Objects.requireNonNull(
                        Objects.requireNonNull(answers(EXAMPLES, OUTPUTS).evaluate())
                                .calibration()
                                .get("kind"));
        double sharp =
                Temperature.fit(
                        List.of(new float[] {2, 0, 0}, new float[] {0, 2, 0}), new int[] {0, 1});
        double flat =
                Temperature.fit(
                        List.of(new float[] {0, 4, 0}, new float[] {4, 0, 0}), new int[] {0, 1});
        assertThat(sharp).isLessThan(1);
        assertThat(flat).isGreaterThan(1);
        double wrong = Temperature.softmax(new float[] {0, 4, 0}, sharp)[0];
        double right = Temperature.softmax(new float[] {2, 0, 0}, flat)[0];

        assertThat(kind.after().negativeLogLikelihood())
                .isCloseTo(-(Math.log(wrong) + Math.log(right)) / 2, within(1e-9));
        double before = (Math.log(Math.exp(4) + 2) + Math.log(Math.exp(2) + 2) - 2) / 2;
        assertThat(kind.before().negativeLogLikelihood()).isCloseTo(before, within(1e-6));
    }

    @Test
    void withoutFoldsThereIsNothingToSay() {
        assertThat(answers(List.of(), List.of()).evaluate()).isNull();
    }

    private static OutOfFoldAnswers answers(
            List<Example> examples, List<Map<String, float[]>> outputs) {
        return new OutOfFoldAnswers(Task.schema(), FOLDS, examples, outputs);
    }

    private static Map<String, float[]> kind(float... logits) {
        return Map.of("kind", logits);
    }
}
