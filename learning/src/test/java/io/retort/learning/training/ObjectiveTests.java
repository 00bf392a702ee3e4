package io.retort.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.retort.learning.model.Prediction;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ObjectiveTests {

    private static final Example LABELLED = Fixtures.examples(1, 1).getFirst();
    private static final Example PLAIN = Fixtures.unlabelled(LABELLED);
    private static final Example TAUGHT =
            Fixtures.taught(
                    PLAIN, new Knowledge(Map.of("material", new float[] {1, 2, 3}), Map.of()));
    private static final Example SHOWN =
            Fixtures.taught(
                    PLAIN, new Knowledge(Map.of(), Map.of(Prediction.FUSED, new float[] {1})));

    @Test
    void aTwinLearnsFromLabelsAlone() {
        Objective twin = Objective.annotations();
        assertThat(twin.learnsFrom(LABELLED)).isTrue();
        assertThat(twin.learnsFrom(PLAIN)).isFalse();
        assertThat(twin.learnsFrom(TAUGHT)).isFalse();
        assertThat(twin.learnsFrom(SHOWN)).isFalse();
    }

    @Test
    void aStudentLearnsFromWhateverIsKnown() {
        Objective student = Objective.teacher();
        assertThat(student.learnsFrom(LABELLED)).isTrue();
        assertThat(student.learnsFrom(PLAIN)).isFalse();
        assertThat(student.learnsFrom(TAUGHT)).isTrue();
        assertThat(student.learnsFrom(SHOWN)).isTrue();
        Objective logits = new Objective(0, 1, 3, 0, 1);
        assertThat(logits.learnsFrom(LABELLED)).isFalse();
        assertThat(logits.learnsFrom(SHOWN)).isFalse();
    }

    @Test
    void weightsThatMeanNothingAreRefused() {
        assertThatThrownBy(() -> new Objective(-1, 1, 3, 0, 1)).hasMessageContaining("-1.0");
        assertThatThrownBy(() -> new Objective(1, Double.NaN, 3, 0, 1)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> new Objective(1, 1, 0, 0, 1)).hasMessageContaining("temperature");
        assertThatThrownBy(() -> new Objective(0, 0, 1, 0, 1)).hasMessageContaining("switched off");
    }
}
