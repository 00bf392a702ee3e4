package io.retort.learning.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Modality;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.SignalModality;
import io.retort.contract.schema.TensorShape;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchitecturesTests {

    private static final Schema CAMERA = Schema.article().select(List.of("rgb"));

    static List<String> names() {
        return Architectures.names();
    }

    @Test
    void theFamilyIsKnownByName() {
        assertThat(names())
                .containsExactly(
                        "retort-plain",
                        "retort-separable-x0.25",
                        "retort-separable-x0.5",
                        "retort-separable-x0.75",
                        "retort-separable-x1",
                        "retort-summary",
                        "article");
        assertThat(Architectures.student(CAMERA))
                .isEqualTo(Architectures.student(CAMERA, "retort-plain"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "Retort-plain", "retort-teacher", "retort-separable-x2"})
    void strangersAreRefusedWithTheFamilyListed(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Architectures.student(CAMERA, name))
                .withMessageStartingWith("student: '" + name + "' is not one of retort-plain, ")
                .withMessageContainingAll(names().toArray(new String[0]));
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyMemberEncodesEveryModality(String name) {
        for (Schema schema : List.of(Schema.article(), Schema.maintenance())) {
            Architecture student = Architectures.student(schema, name);
            assertThat(student.name()).isEqualTo(name);
            assertThat(student.encoders())
                    .extracting(Encoder::modality)
                    .containsExactlyElementsOf(schema.modalities().keySet());
            assertThat(student.heads().keySet()).containsExactlyElementsOf(schema.heads().keySet());
            assertThat(student.parameters()).isLessThan(Architectures.teacher(schema).parameters());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "retort-separable-x0.25, 0, 30_000",
        "retort-separable-x0.5, 30_000, 100_000",
        "retort-separable-x0.75, 100_000, 200_000",
        "retort-separable-x1, 200_000, 600_000",
        "retort-plain, 0, 100_000",
        "article, 0, 100_000"
    })
    void membersAreAsLargeAsTheirNodesAllow(String name, String least, String most) {
        // 64 x 64 pixels, 50 materials, 10 states, quality.
        assertThat(Architectures.student(CAMERA, name).parameters())
                .isBetween(number(least), number(most));
    }

    private static long number(String text) {
        return Long.parseLong(text.replace("_", ""));
    }

    @Test
    void theArticlesStudentIsTheArticles() {
        Schema twoHeads =
                new Schema(
                        "article",
                        CAMERA.modalities(),
                        Map.of(
                                "material", CAMERA.head("material"),
                                "quality", CAMERA.head("quality")));
        Architecture article = Architectures.student(twoHeads, "article");
        assertThat(article.encoders().getFirst().layers())
                .containsExactly(
                        new Convolution(3, 32, 3, 3, 2, 2, 1),
                        new BatchNormalization(32),
                        new Activation(),
                        new Convolution(32, 64, 3, 3, 1, 1, 1),
                        new BatchNormalization(64),
                        new Activation(),
                        new GlobalAveragePool());
        assertThat(article.fusion()).isEqualTo(256);
        assertThat(article.heads()).isEqualTo(Map.of("material", 50, "quality", 1));
        // 3*32*9 + 32*64*9, twice 32 and 64, 64*256 + 256, 256*51 + 51.
        assertThat(article.parameters()).isEqualTo(864 + 18_432 + 192 + 16_640 + 13_107);
        // At 32 x 32 places.
        assertThat(article.macs()).isEqualTo(1024 * (864 + 18_432) + 16_384 + 13_056);
    }

    @Test
    void theNarrowSeparableNetworkIsAsCalculatedByHand() {
        Architecture narrow = Architectures.student(CAMERA, "retort-separable-x0.25");
        // Stem, then filters and mixtures: 3 -> 8 -> 16 -> 32 -> 32 -> 64 -> 64 -> 64.
        int[] filters = {8 * 9, 16 * 9, 32 * 9, 32 * 9, 64 * 9, 64 * 9};
        int[] mixtures = {8 * 16, 16 * 32, 32 * 32, 32 * 64, 64 * 64, 64 * 64};
        int[] places = {1024, 256, 256, 64, 64, 64};
        long weights = 3 * 8 * 9;
        long macs = 1024 * weights;
        for (int i = 0; i < places.length; i++) {
            weights += filters[i] + mixtures[i];
            macs += (long) places[i] * (filters[i] + mixtures[i]);
        }
        long normalised = 8 + 8 + 16 + 16 + 32 + 32 + 32 + 32 + 64 + 64 + 64 + 64 + 64;
        long linear = 64 * 64 + 64 * 61;
        assertThat(narrow.parameters()).isEqualTo(weights + 2 * normalised + linear + 64 + 61);
        assertThat(narrow.macs()).isEqualTo(macs + linear);
        // A folded layer has one bias a channel; int8 has a scale beside it.
        long outputs = normalised + 64 + 61;
        assertThat(narrow.weightBytes())
                .isEqualTo(
                        new WeightBytes(
                                4 * (weights + linear + outputs), weights + linear + 8 * outputs));
    }

    @Test
    void widthsScaleEveryChannel() {
        List<Convolution> whole = convolutions("retort-separable-x1");
        for (double width : new double[] {0.25, 0.5, 0.75}) {
            List<Convolution> part =
                    convolutions("retort-separable-x" + String.valueOf(width).replace(".0", ""));
            assertThat(part)
                    .extracting(Convolution::outputs)
                    .isEqualTo(whole.stream().map(c -> (int) (c.outputs() * width)).toList())
                    .allSatisfy(channels -> assertThat(channels % 8).isZero());
        }
    }

    private static List<Convolution> convolutions(String name) {
        return Architectures.student(CAMERA, name).encoders().getFirst().layers().stream()
                .filter(Convolution.class::isInstance)
                .map(Convolution.class::cast)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"16, 2", "32, 4", "48, 6", "64, 8", "96, 6", "128, 8", "192, 6", "224, 7"})
    void theSeparableNetworksLastMapFitsTheImage(int side, int places) {
        Encoder encoder =
                Architectures.student(CAMERA.resized(side), "retort-separable-x0.5")
                        .encoders()
                        .getFirst();
        assertThat(encoder.shapeAfter(encoder.lastSpatialLayer()))
                .isEqualTo(new TensorShape(128, places, places));
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyImageAndSignalHasALastMapThatIsRectified(String name) {
        for (Encoder encoder : Architectures.student(everything(), name).encoders()) {
            int last = encoder.lastSpatialLayer();
            if (encoder.modality().equals("spectrum")) {
                assertThat(last).isNegative();
            } else {
                assertThat(encoder.layers().get(last)).isEqualTo(new Activation());
                assertThat(encoder.layers().get(last + 1)).isEqualTo(new GlobalAveragePool());
                TensorShape map = encoder.shapeAfter(last);
                assertThat(map.height() * map.width()).isGreaterThan(1);
            }
        }
    }

    private static Schema everything() {
        Map<String, Modality> modalities =
                new java.util.LinkedHashMap<>(Schema.article().modalities());
        modalities.putAll(Schema.maintenance().select(List.of("vibration")).modalities());
        return new Schema("everything", modalities, Schema.article().heads());
    }

    @ParameterizedTest
    @MethodSource("names")
    void signalsOfAnyLengthAreBroughtDown(String name) {
        for (int steps : new int[] {2, 60, 100, 256, 600, 6000, 65_536}) {
            Encoder encoder = Architectures.student(machine(steps), name).encoders().getFirst();
            TensorShape map = encoder.shapeAfter(encoder.lastSpatialLayer());
            assertThat(map.height()).isEqualTo(1);
            assertThat(map.width()).as("of %d steps", steps).isBetween(1, 64);
            assertThat(map.width()).isGreaterThanOrEqualTo(Math.min(steps / 4, 8));
            // Cheaper than a camera's frame, unless there is a minute at kilohertz.
            assertThat(encoder.macs()).isLessThan(steps <= 6000 ? 20_000_000 : 200_000_000);
        }
    }

    @Test
    void thePlainNetworkSeesAMinuteAtOneHertzAsBefore() {
        assertThat(Architectures.student(machine(60)).encoders().getFirst().layers())
                .containsExactly(
                        new Convolution(3, 32, 1, 7, 1, 2, 1),
                        new BatchNormalization(32),
                        new Activation(),
                        new Convolution(32, 64, 1, 7, 1, 2, 1),
                        new BatchNormalization(64),
                        new Activation(),
                        new GlobalAveragePool());
    }

    private static Schema machine(int steps) {
        return new Schema(
                "machine",
                Map.of(
                        "vibration",
                        new SignalModality(
                                3,
                                steps,
                                1,
                                Collections.nCopies(3, 0.0),
                                Collections.nCopies(3, 1.0))),
                Map.of(
                        "wear", new RegressionHead(0, 1),
                        "valve", new ClassificationHead(List.of("ok", "worn"))));
    }
}
