package io.retort.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.v1.Capture;
import io.retort.contract.v1.FeatureVector;
import io.retort.contract.v1.HeadScore;
import io.retort.contract.v1.Label;
import io.retort.contract.v1.Payload;
import io.retort.contract.v1.SoftTarget;
import io.retort.contract.v1.Vector;
import io.retort.learning.samples.Sample;
import io.retort.preprocessing.Preprocessing;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ExampleTests {

    private static final Preprocessing PREPROCESSING = new Preprocessing(Fixtures.schema());

    @Test
    void aSampleBecomesTensorsIndicesValuesAndKnowledge() {
        SoftTarget target =
                SoftTarget.newBuilder()
                        .putHeads("material", score(1, 2, 3))
                        .putHeads("elsewhere", score(4))
                        .putFeatures("fused", FeatureVector.newBuilder().addValues(5).build())
                        .build();
        Example example =
                example(
                        Map.of("material", category("b"), "wear", value(250), "other", value(1)),
                        target);
        assertThat(example.id()).isEqualTo("c1");
        assertThat(example.group()).isEqualTo("c1");
        assertThat(example.inputs()).containsOnlyKeys("spectrum");
        assertThat(example.inputs().get("spectrum")).containsExactly(7, 8, 9);
        assertThat(example.targets()).isEqualTo(Map.of("material", 1f, "wear", 250f));
        Knowledge knowledge = Objects.requireNonNull(example.knowledge());
        assertThat(knowledge.heads()).containsOnlyKeys("material");
        assertThat(knowledge.heads().get("material")).containsExactly(1, 2, 3);
        assertThat(knowledge.features().get("fused")).containsExactly(5);
    }

    @Test
    void withoutLabelsAndTeacherThereIsNeither() {
        Example example = example(Map.of(), null);
        assertThat(example.labelled()).isFalse();
        assertThat(example.knowledge()).isNull();
    }

    @Test
    void aLabelThatDoesNotFitItsHeadIsRefusedByName() {
        assertRefused(Map.of("material", category("d")), "labels[material].category");
        assertRefused(Map.of("material", value(1)), "labels[material]");
        assertRefused(Map.of("wear", category("a")), "labels[wear]");
        assertRefused(Map.of("wear", value(301)), "labels[wear].value");
    }

    @Test
    void aSoftTargetOfAnotherWidthIsRefusedByName() {
        SoftTarget target = SoftTarget.newBuilder().putHeads("material", score(1, 2)).build();
        assertThatThrownBy(() -> example(Map.of(), target))
                .isInstanceOf(InvalidRecordException.class)
                .hasMessageContaining("heads[material].values");
    }

    private static void assertRefused(Map<String, Label> labels, String field) {
        assertThatThrownBy(() -> example(labels, null))
                .isInstanceOf(InvalidRecordException.class)
                .hasMessageContaining(field);
    }

    private static Example example(Map<String, Label> labels, @Nullable SoftTarget target) {
        Capture capture =
                Capture.newBuilder()
                        .setId("c1")
                        .putModalities(
                                "spectrum",
                                Payload.newBuilder()
                                        .setVector(
                                                Vector.newBuilder()
                                                        .addAllValues(List.of(7f, 8f, 9f)))
                                        .build())
                        .build();
        return Example.of(new Sample(capture, labels, target), PREPROCESSING);
    }

    private static HeadScore score(float... values) {
        HeadScore.Builder score = HeadScore.newBuilder();
        for (float value : values) {
            score.addValues(value);
        }
        return score.build();
    }

    private static Label category(String category) {
        return Label.newBuilder().setCategory(category).build();
    }

    private static Label value(double value) {
        return Label.newBuilder().setValue(value).build();
    }
}
