package io.retort.distillation.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.retort.contract.schema.Schema;
import io.retort.learning.evaluation.Interval;
import io.retort.learning.training.Example;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MarksTests {

    private static final Schema SCHEMA = Colours.schema();

    @Test
    void sharesOfSingleCapturesHaveWilsonsInterval() {
        // Three of four are right.
        Marks marks = marks("material", List.of("a", "b", "c", "d"), 1, 1, 1, 0);
        Interval wilson = Interval.share(3, 4);
        assertThat(marks.metric()).isEqualTo("accuracy");
        assertThat(marks.interval()).isEqualTo(wilson);
    }

    @Test
    void capturesOfFewObjectsAreLessCertain() {
        List<String> objects = new ArrayList<>();
        float[] answers = new float[60];
        for (int i = 0; i < answers.length; i++) {
            objects.add("object-" + i / 20);
            answers[i] = i < 40 ? 1 : 0;
        }
        // Two of three objects are right, each 20 times over.
        Interval grouped = marks("material", objects, answers).interval();
        Interval single = Interval.share(40, 60);
        assertThat(grouped.value()).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(grouped.n()).isEqualTo(3);
        assertThat(grouped.low()).isLessThan(single.low() - 0.2);
        assertThat(grouped.high()).isGreaterThan(single.high() + 0.1);
    }

    @Test
    void objectsThatAreAllRightLeaveDoubtStill() {
        Interval all = marks("material", List.of("a", "a", "b", "b"), 1, 1, 1, 1).interval();
        assertThat(all.value()).isEqualTo(1);
        assertThat(all.low()).isEqualTo(Interval.share(4, 4).low());
    }

    @Test
    void numbersAreMarkedByTheirAbsoluteError() {
        // Labels are 0.5; 7 is clipped to 1, the head's maximum.
        Marks marks = marks("quality", List.of("a", "b"), 0.25f, 7);
        assertThat(marks.metric()).isEqualTo("mean-absolute-error");
        assertThat(marks.interval().value()).isCloseTo(0.375, within(1e-6));
    }

    @Test
    void nothingLabelledIsAProblem() {
        List<Example> unlabelled =
                List.of(new Example("c", "g", Map.of(), Map.of("quality", 1f), null));
        assertThatIllegalStateException()
                .isThrownBy(() -> Marks.of(Path.of("none"), SCHEMA, "material", unlabelled))
                .withMessageContaining("material");
    }

    /// Labels are class 1 and quality 0.5; an answer is the winning class, or the value.
    private static Marks marks(String head, List<String> objects, float... answers) {
        List<Example> examples = new ArrayList<>();
        List<Map<String, float[]>> outputs = new ArrayList<>();
        for (int i = 0; i < answers.length; i++) {
            examples.add(
                    new Example(
                            "c" + i,
                            objects.get(i),
                            Map.of(),
                            Map.of("material", 1f, "quality", 0.5f),
                            null));
            float[] logits = new float[3];
            logits[head.equals("material") ? (int) answers[i] : 0] = 1;
            outputs.add(Map.of(head, head.equals("material") ? logits : new float[] {answers[i]}));
        }
        return Marks.of(SCHEMA, head, examples, outputs);
    }
}
