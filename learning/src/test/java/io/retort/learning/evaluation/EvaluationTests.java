package io.retort.learning.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Head;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.VectorModality;
import io.retort.learning.training.Example;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class EvaluationTests {

    @Test
    void accuracyCountsTheExamplesThatAreLabelled() {
        List<Example> examples =
                List.of(
                        example(Map.of("material", 0f)),
                        example(Map.of("material", 2f)),
                        example(Map.of("wear", 5f)),
                        example(Map.of("material", 1f)));
        Evaluation evaluation =
                Evaluation.of(
                        schema(),
                        examples,
                        List.of(
                                Map.of("material", new float[] {3, 1, 2}),
                                Map.of("material", new float[] {3, 1, 2}),
                                Map.of("material", new float[] {3, 1, 2}, "wear", new float[] {7}),
                                Map.of("material", new float[] {-3, -1, -2})));
        assertThat(evaluation.samples()).isEqualTo(4);
        HeadEvaluation material = head(evaluation, "material");
        assertThat(material.metric()).isEqualTo("accuracy");
        assertThat(material.n()).isEqualTo(3);
        assertThat(material.value()).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(head(evaluation, "wear").value()).isEqualTo(2);
        assertThat(evaluation.heads().keySet()).containsExactly("material", "wear");
    }

    @Test
    void regressionsAreClippedToTheHeadsRange() {
        Evaluation evaluation =
                Evaluation.of(
                        schema(),
                        List.of(example(Map.of("wear", 9f)), example(Map.of("wear", 1f))),
                        List.of(
                                Map.of("wear", new float[] {50}),
                                Map.of("wear", new float[] {-50})));
        HeadEvaluation wear = head(evaluation, "wear");
        assertThat(wear.metric()).isEqualTo("mean-absolute-error");
        // 10 against 9, 0 against 1.
        assertThat(wear.value()).isEqualTo(1);
        assertThat(wear.low()).isEqualTo(1);
        assertThat(wear.high()).isEqualTo(1);
    }

    @Test
    void theConstantIsTheCommonestClassAndTheMeanValueOfTraining() {
        List<Example> training =
                List.of(
                        example(Map.of("material", 2f, "wear", 2f)),
                        example(Map.of("material", 2f, "wear", 4f)),
                        example(Map.of("material", 0f)),
                        example(Map.of()));
        List<Example> heldOut =
                List.of(
                        example(Map.of("material", 2f, "wear", 4f)),
                        example(Map.of("material", 0f, "wear", 8f)));
        Evaluation constant = Evaluation.constant(schema(), training, heldOut);
        assertThat(head(constant, "material").value()).isEqualTo(0.5);
        assertThat(head(constant, "wear").value()).isEqualTo((1 + 5) / 2.0);
        assertThat(Evaluation.constant(schema(), List.of(), heldOut).heads()).isEmpty();
    }

    @Test
    void wilsonsIntervalIsThatOfTheBook() {
        HeadEvaluation half = HeadEvaluation.accuracy(5, 10);
        assertThat(half.low()).isCloseTo(0.2366, within(1e-4));
        assertThat(half.high()).isCloseTo(0.7634, within(1e-4));
        HeadEvaluation all = HeadEvaluation.accuracy(10, 10);
        assertThat(all.value()).isEqualTo(1);
        assertThat(all.low()).isCloseTo(0.7225, within(1e-4));
        assertThat(all.high()).isCloseTo(1, within(1e-12));
        HeadEvaluation none = HeadEvaluation.accuracy(0, 10);
        assertThat(none.low()).isEqualTo(0);
        assertThat(none.high()).isCloseTo(0.2775, within(1e-4));
        HeadEvaluation many = HeadEvaluation.accuracy(81, 263);
        assertThat(many.low()).isCloseTo(0.2553, within(1e-4));
        assertThat(many.high()).isCloseTo(0.3662, within(1e-4));
    }

    @Test
    void theMeansIntervalIsNormal() {
        // Mean 3, deviation 2 (squares 4 + 0 + 4, divided by n - 1).
        HeadEvaluation error = HeadEvaluation.absoluteError(new double[] {1, 3, 5});
        assertThat(error.value()).isEqualTo(3);
        assertThat(error.low()).isCloseTo(3 - 1.959964 * 2 / Math.sqrt(3), within(1e-9));
        assertThat(error.high()).isCloseTo(3 + 1.959964 * 2 / Math.sqrt(3), within(1e-9));
        HeadEvaluation single = HeadEvaluation.absoluteError(new double[] {1});
        assertThat(single.low()).isEqualTo(0);
        assertThat(single.high()).isEqualTo(2);
    }

    @Test
    void aClassificationHeadHasAConfusionOverTheLabelledExamples() {
        List<Example> examples =
                List.of(
                        example(Map.of("material", 0f)),
                        example(Map.of("material", 2f)),
                        example(Map.of("wear", 5f)),
                        example(Map.of("material", 1f)));
        List<Map<String, float[]>> outputs =
                List.of(
                        Map.of("material", new float[] {3, 1, 2}),
                        Map.of("material", new float[] {3, 1, 2}),
                        Map.of("material", new float[] {3, 1, 2}, "wear", new float[] {7}),
                        Map.of());
        Confusion confusion = Evaluation.confusion(schema(), "material", examples, outputs);
        assertThat(confusion.classes()).containsExactly("a", "b", "c");
        assertThat(confusion.counts())
                .containsExactly(List.of(1, 0, 0), List.of(0, 0, 0), List.of(1, 0, 0));
        Reliability reliability =
                Evaluation.reliability(schema(), "material", examples, outputs).orElseThrow();
        double sum = Math.exp(3) + Math.exp(1) + Math.exp(2);
        assertThat(reliability.negativeLogLikelihood())
                .isCloseTo(Math.log(sum) - (3 + 2) / 2.0, within(1e-6));
        assertThat(reliability.expectedCalibrationError())
                .isCloseTo(Math.exp(3) / sum - 0.5, within(1e-6));
    }

    @Test
    void withoutLabelsThereIsNoReliabilityAndWithoutClassesNoConfusion() {
        List<Example> examples = List.of(example(Map.of("wear", 5f)));
        List<Map<String, float[]>> outputs =
                List.of(Map.of("material", new float[] {3, 1, 2}, "wear", new float[] {7}));
        assertThat(Evaluation.confusion(schema(), "material", examples, outputs).n()).isZero();
        assertThat(Evaluation.reliability(schema(), "material", examples, outputs)).isEmpty();
        assertThatThrownBy(() -> Evaluation.confusion(schema(), "wear", examples, outputs))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'wear' has no classes");
        assertThatThrownBy(() -> Evaluation.reliability(schema(), "material", examples, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 examples, 0 outputs");
    }

    @Test
    void answersMustMatchTheExamples() {
        assertThatThrownBy(() ->
                        Evaluation.of(schema(), List.of(), new ArrayList<>(List.of(Map.of()))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 examples, 1 outputs");
    }

    private static HeadEvaluation head(Evaluation evaluation, String name) {
        return Objects.requireNonNull(evaluation.heads().get(name));
    }

    private static Example example(Map<String, Float> targets) {
        return new Example("id", "group", Map.of(), targets, null);
    }

    private static Schema schema() {
        Map<String, Head> heads = new LinkedHashMap<>();
        heads.put("material", new ClassificationHead(List.of("a", "b", "c")));
        heads.put("wear", new RegressionHead(0, 10));
        return new Schema(
                "test",
                Map.of("spectrum", new VectorModality("nm", List.of(1.0, 2.0), List.of())),
                heads);
    }
}
