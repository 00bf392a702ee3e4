package io.retort.distillation.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.evaluation.Interval;
import io.retort.learning.training.Example;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VariantGateTests {

    private static final Race.Pace FASTER = new Race.Pace(1.2, 1.3, 1.4, 100);
    private static final Race.Pace SLOWER = new Race.Pace(0.8, 0.99, 1.4, 100);

    private final VariantGate gate = VariantGate.usual();

    @Test
    void atMostTwoTenthsOfAPointMayBeLost() {
        assertThat(refused(Variant.INT8, -0.002, FASTER)).isNull();
        assertThat(refused(Variant.INT8, 0.01, FASTER)).isNull();
        assertThat(refused(Variant.INT8, -0.0021, FASTER))
                .isEqualTo("material drops by 0.21 points [-0.79, 1.21], more than 0.20");
        assertThat(refused(Variant.FP16, -0.0021, FASTER)).contains("material drops");
    }

    @Test
    void integersMustBeFasterThanFloats() {
        assertThat(refused(Variant.INT8, 0, SLOWER))
                .isEqualTo(
                        "a call is 0.99 times as fast as fp32's [0.80, 1.40], not more than 1.00");
        assertThat(refused(Variant.DYNAMIC, 0, SLOWER)).isNotNull();
        assertThat(refused(Variant.FP16, 0, SLOWER)).isNull();
    }

    @Test
    void withoutLabelledObjectsNothingIsKnown() {
        VariantVerdict verdict = gate.verdict(Variant.INT8, "how", 1, Map.of(), 10, FASTER);
        assertThat(verdict.refused()).contains("fewer than two objects are labelled");
    }

    @Test
    void headsGainInPointsOrInSharesOfTheirRange() {
        Schema schema =
                new Schema(
                        "both",
                        Map.of("rgb", Networks.image(3, 16)),
                        Map.of(
                                "material",
                                Networks.heads().get("material"),
                                "quality",
                                new RegressionHead(10, 30)));
        List<Example> examples =
                List.of(
                        example("a", Map.of("material", 1f, "quality", 20f)),
                        example("a", Map.of("material", 1f)),
                        example("b", Map.of("material", 0f, "quality", 30f)),
                        example("c", Map.of()));
        List<Map<String, float[]>> first =
                List.of(answer(1, 20), answer(1, 20), answer(1, 40), answer(0, 0));
        List<Map<String, float[]>> second =
                List.of(answer(1, 22), answer(2, 20), answer(0, 28), answer(1, 30));
        Map<String, Interval> gains = VariantGate.gains(schema, examples, first, second);
        // One right answer lost and one gained of three.
        assertThat(gains.get("material"))
                .satisfies(gain -> assertThat(gain.value()).isCloseTo(0, within(1e-9)))
                .satisfies(gain -> assertThat(gain.n()).isEqualTo(2));
        // Errors 0 and, clipped, 0 become 2 and 2 of a range of 20.
        assertThat(gains.get("quality"))
                .satisfies(gain -> assertThat(gain.value()).isCloseTo(-0.1, within(1e-6)));
    }

    @Test
    void everyFileButFp32IsJudged(@TempDir Path folder) throws IOException {
        Schema schema = Networks.camera(32);
        Architecture architecture = Architectures.student(schema);
        List<Map<String, float[]>> captures = Networks.captures(architecture, 24, 5);
        Exported exported =
                Export.write(
                        architecture,
                        Networks.weights(architecture, 3),
                        schema,
                        Map.of(),
                        Captures.of(captures, captures),
                        Quantization.usual(architecture, TargetProfile.ANY),
                        Set.of(Variant.FP16, Variant.DYNAMIC),
                        folder);
        List<Example> heldOut = new ArrayList<>();
        for (int i = 0; i < captures.size(); i++) {
            heldOut.add(
                    new Example(
                            "c" + i,
                            "g" + i % 6,
                            captures.get(i),
                            Map.of("material", (float) (i % 4)),
                            null));
        }
        List<VariantVerdict> verdicts =
                new VariantGate(1, 0, 20).judge(exported, schema, heldOut, (_, _) -> {});
        assertThat(verdicts)
                .extracting(VariantVerdict::variant)
                .containsExactly(Variant.INT8, Variant.FP16, Variant.DYNAMIC);
        for (VariantVerdict verdict : verdicts) {
            assertThat(verdict.refused()).isNull();
            assertThat(verdict.bytes()).isEqualTo(Files.size(exported.file(verdict.variant())));
            assertThat(verdict.gains()).containsOnlyKeys("material");
            assertThat(verdict.p50Micros()).isPositive();
        }
        assertThat(verdicts.getFirst().how()).isEqualTo(exported.quantization().toString());
    }

    @Test
    void aGateThatCannotHoldIsRefused() {
        assertThatThrownBy(() -> new VariantGate(-0.1, 1, 10))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new VariantGate(0.1, 1, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private @Nullable String refused(Variant variant, double gain, Race.Pace speedUp) {
        Interval interval = new Interval(gain, gain - 0.01, gain + 0.01, 50);
        return gate.verdict(variant, "how", 1, Map.of("material", interval), 10, speedUp).refused();
    }

    private static Example example(String group, Map<String, Float> targets) {
        return new Example("id", group, Map.of(), targets, null);
    }

    private static Map<String, float[]> answer(int winner, float quality) {
        float[] logits = new float[4];
        logits[winner] = 1;
        return Map.of("material", logits, "quality", new float[] {quality});
    }
}
