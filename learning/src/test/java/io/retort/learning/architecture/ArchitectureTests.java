package io.retort.learning.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.SignalModality;
import io.retort.contract.schema.TensorShape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ArchitectureTests {

    @Test
    void theTeacherHasTheArticlesWidths() {
        Architecture teacher = Architectures.teacher(Schema.article());
        assertThat(teacher.encoders())
                .extracting(Encoder::modality, Encoder::width)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("rgb", 512),
                        org.assertj.core.groups.Tuple.tuple("thermal", 256),
                        org.assertj.core.groups.Tuple.tuple("spectrum", 128));
        assertThat(teacher.concatenated()).isEqualTo(896);
        assertThat(teacher.fusion()).isEqualTo(512);
        assertThat(teacher.dropout()).isEqualTo(0.3);
        assertThat(teacher.heads())
                .isEqualTo(Map.of("material", 50, "quality", 1, "degradation", 10));
    }

    @Test
    void countsAreThoseCalculatedByHand() {
        Architecture architecture =
                new Architecture(
                        "counted",
                        List.of(
                                new Encoder(
                                        "rgb",
                                        new TensorShape(3, 5, 4),
                                        List.of(
                                                new Convolution(3, 6, 3, 3, 2, 2, 3),
                                                new BatchNormalization(6),
                                                new Activation(),
                                                new GlobalAveragePool(),
                                                new Linear(6, 7)))),
                        8,
                        0,
                        Map.of("material", 2));
        // 3x2 places, 6 outputs of 1 input each by 9; 6*7; 7*8; 8*2.
        assertThat(architecture.macs()).isEqualTo(3 * 2 * 6 * 9 + 42 + 56 + 16);
        // 6*1*9; gamma and beta; 6*7+7; 7*8+8; 8*2+2.
        assertThat(architecture.parameters()).isEqualTo(54 + 12 + 49 + 64 + 18);
        assertThat(architecture.layout())
                .extracting(Parameter::name)
                .containsExactly(
                        "encoders.rgb.0.weight",
                        "encoders.rgb.1.gamma",
                        "encoders.rgb.1.beta",
                        "encoders.rgb.1.mean",
                        "encoders.rgb.1.variance",
                        "encoders.rgb.4.weight",
                        "encoders.rgb.4.bias",
                        "fusion.weight",
                        "fusion.bias",
                        "heads.material.weight",
                        "heads.material.bias");
        assertThat(architecture.layout().getFirst().shape()).containsExactly(6, 1, 3, 3);
        assertThat(architecture.layout().getFirst().fanIn()).isEqualTo(9);
        Encoder encoder = architecture.encoders().getFirst();
        assertThat(encoder.shapeAfter(0)).isEqualTo(new TensorShape(6, 3, 2));
        assertThat(encoder.shapeAfter(3)).isEqualTo(new TensorShape(6, 1, 1));
        assertThat(encoder.lastSpatialLayer()).isEqualTo(2);
    }

    @Test
    void aStudentIsSmallerThanItsTeacher() {
        Schema schema = Schema.article();
        Architecture student = Architectures.student(schema.select(List.of("rgb")));
        Architecture teacher = Architectures.teacher(schema);
        assertThat(student.encoders()).hasSize(1);
        assertThat(student.parameters()).isLessThan(100_000);
        assertThat(student.macs()).isLessThan(teacher.macs() / 2);
    }

    @Test
    void signalsAreEncodedOverTime() {
        Schema schema =
                new Schema(
                        "machine",
                        Map.of(
                                "vibration",
                                new SignalModality(2, 60, 1, List.of(0.0, 0.0), List.of(1.0, 1.0))),
                        Map.of("wear", new ClassificationHead(List.of("low", "high"))));
        assertThat(Architectures.teacher(schema).encoders().getFirst().width()).isEqualTo(128);
        assertThat(Architectures.student(schema).encoders().getFirst().width()).isEqualTo(64);
    }

    @Test
    void layersThatDoNotFitTheirInputAreRefused() {
        TensorShape image = new TensorShape(3, 8, 8);
        assertRefused(image, new Convolution(1, 4, 3, 3, 1, 1, 1));
        assertRefused(image, new BatchNormalization(4));
        assertRefused(image, new Linear(3, 4));
        assertThatThrownBy(() -> new Convolution(3, 4, 3, 3, 1, 1, 2))
                .hasMessageContaining("groups");
        assertThatThrownBy(() -> new Convolution(3, 4, 2, 3, 1, 1, 1)).hasMessageContaining("odd");
        assertThatThrownBy(() -> new Architecture("none", List.of(), 1, 0, Map.of("m", 2)))
                .hasMessageContaining("encoders");
    }

    private static void assertRefused(TensorShape input, Layer layer) {
        assertThatThrownBy(() -> new Encoder("rgb", input, List.of(layer)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not fit");
    }
}
