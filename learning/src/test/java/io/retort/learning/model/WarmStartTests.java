package io.retort.learning.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.Modality;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.VectorModality;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.model.WarmStart.Taken;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WarmStartTests {

    @Test
    void anEncoderIsTakenWhateverTheHeadsAndTheImageSize() {
        Architecture own =
                Architectures.student(
                        schema(50, "material", Map.of("rgb", image(64))), "retort-plain");
        Architecture other =
                Architectures.student(
                        schema(2, "rubbish", Map.of("rgb", image(24))), "retort-plain");
        Weights donor = Weights.initial(other, 7);

        WarmStart start = WarmStart.of(own, 1, donor);

        // Four convolutions, each with its normalisation.
        assertThat(start.encoders()).isEqualTo(Map.of("rgb", new Taken(8, 8)));
        start.weights().requireFit(own);
        Weights cold = Weights.initial(own, 1);
        start.weights()
                .tensors()
                .forEach((name, tensor) ->
                        assertThat(tensor.values())
                                .as(name)
                                .isEqualTo(
                                        (name.startsWith("encoders.") ? donor : cold)
                                                .tensor(name)
                                                .values()));
    }

    @Test
    void aLayerThatDoesNotFitEndsWhatIsTaken() {
        Schema schema = schema(3, "material", Map.of("rgb", image(64)));
        Architecture own = Architectures.student(schema, "retort-separable-x0.5");
        Weights donor = Weights.initial(Architectures.student(schema, "retort-plain"), 7);

        WarmStart start = WarmStart.of(own, 1, donor);

        // Both begin with 16 filters of 3 x 3 x 3; then the one is dense, the other depthwise.
        assertThat(start.encoders()).isEqualTo(Map.of("rgb", new Taken(2, 26)));
        assertThat(start.weights().tensor("encoders.rgb.1.gamma").values())
                .isEqualTo(donor.tensor("encoders.rgb.1.gamma").values());
        assertThat(start.weights().tensor("encoders.rgb.3.weight").values())
                .isEqualTo(Weights.initial(own, 1).tensor("encoders.rgb.3.weight").values());
    }

    @Test
    void encodersOfOtherModalitiesStartAnew() {
        Architecture own =
                Architectures.student(
                        schema(3, "material", Map.of("rgb", image(64), "spectrum", bands(5))),
                        "retort-plain");
        Weights donor =
                Weights.initial(
                        Architectures.student(
                                schema(
                                        3,
                                        "material",
                                        Map.of("rgb", image(64), "spectrum", bands(4))),
                                "retort-plain"),
                        7);

        assertThat(WarmStart.of(own, 1, donor).encoders())
                .isEqualTo(Map.of("rgb", new Taken(8, 8), "spectrum", new Taken(0, 1)));
    }

    @Test
    void aDonorThatFitsNowhereIsAnError() {
        Architecture own =
                Architectures.student(
                        schema(3, "material", Map.of("rgb", image(64))), "retort-plain");
        Weights donor =
                Weights.initial(
                        Architectures.student(
                                schema(3, "material", Map.of("photo", image(64))), "retort-plain"),
                        7);

        assertThatThrownBy(() -> WarmStart.of(own, 1, donor))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no encoder of the earlier student fits")
                .hasMessageContaining("over [rgb]")
                .hasMessageContaining("encoders.photo.0.weight");
    }

    private static ImageModality image(int side) {
        return new ImageModality(
                3, side, side, 1, Collections.nCopies(3, 0.0), Collections.nCopies(3, 1.0));
    }

    private static VectorModality bands(int count) {
        return new VectorModality(
                "nm", IntStream.range(0, count).mapToObj(i -> 1000.0 + i).toList(), List.of());
    }

    /// @param head names it, so that two schemas may have different ones
    private static Schema schema(int classes, String head, Map<String, Modality> modalities) {
        return new Schema(
                "s",
                modalities,
                Map.of(
                        head,
                        new ClassificationHead(
                                IntStream.range(0, classes).mapToObj(i -> "c" + i).toList())));
    }
}
