package io.retort.distillation.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.Schema;
import io.retort.distillation.Plant;
import io.retort.distillation.training.SweepOrder;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.samples.HeldOut;
import io.retort.learning.training.Recipe;
import io.retort.learning.training.TrainingSettings;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class SweepRequestTests {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Test
    void usuallyTheWholeFamilyIsSweptAtTheSchemasImageSizeAndHalfOfIt() {
        SweepOrder order = order("{'modalities': ['rgb']}");

        assertThat(order.schema()).isEqualTo(Schema.article());
        assertThat(order.studentSchema().modalities().keySet()).containsExactly("rgb");
        assertThat(order.heldOut()).isEqualTo(HeldOut.fifth());
        assertThat(order.students()).isEqualTo(Architectures.names());
        int side = Schema.article().modality("rgb").shape().width();
        assertThat(order.imageSides()).containsExactly(side / 2, side);
        assertThat(order.settings()).isEqualTo(TrainingSettings.student());
        assertThat(order.recipe()).isEqualTo(Recipe.preset("default"));
        assertThat(order.head()).isNull();
        assertThat(order.workers()).isNull();
        assertThat(order.teacher()).isNull();
    }

    @Test
    void whatHasNoImageThatCouldBeResizedKeepsItsSize() {
        assertThat(order("{'modalities': ['spectrum']}").imageSides()).isEmpty();
        assertThat(
                        order(
                                        "{'modalities': ['rgb'], 'schema': %s}"
                                                .formatted(Plant.schema().toJson()))
                                .imageSides())
                .as("8 pixels")
                .isEmpty();
    }

    @Test
    void givenFieldsTakeThePlaceOfTheUsualOnes() {
        SweepOrder order =
                order(
                        """
                        {'modalities': ['rgb'], 'schema': %s, 'heldOut': {'groups': ['a']},
                         'students': ['article'], 'imageSides': [32, 16], 'head': 'quality',
                         'settings': {'epochs': 3}, 'recipe': 'annotations', 'workers': 1,
                         'teacher': 't'}
                        """
                                .formatted(Plant.schema().toJson()));

        assertThat(order.heldOut()).isEqualTo(new HeldOut(Set.of("a"), 0));
        assertThat(order.students()).containsExactly("article");
        assertThat(order.imageSides()).containsExactly(32, 16);
        assertThat(order.head()).isEqualTo("quality");
        assertThat(order.settings().epochs()).isEqualTo(3);
        assertThat(order.recipe()).isEqualTo(Recipe.annotations());
        assertThat(order.workers()).isEqualTo(1);
        assertThat(order.teacher()).isEqualTo("t");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{} | modalities",
                "{'modalities': []} | modalities",
                "{'modalities': ['smell']} | modalities[smell]",
                "{'modalities': ['rgb'], 'heldOut': {'share': 0}} | heldOut",
                "{'modalities': ['rgb'], 'students': []} | students",
                "{'modalities': ['rgb'], 'students': ['article', 'big']} | students[1]",
                "{'modalities': ['rgb'], 'imageSides': [32, 32]} | imageSides",
                "{'modalities': ['rgb'], 'imageSides': [8]} | image.side",
                "{'modalities': ['spectrum'], 'imageSides': [32]} | imageSides",
                "{'modalities': ['rgb'], 'head': 'taste'} | head",
                "{'modalities': ['rgb'], 'settings': {'epochs': 0}} | settings.epochs",
                "{'modalities': ['rgb'], 'recipe': 'auto'} | recipe",
                "{'modalities': ['rgb'], 'workers': 0} | workers",
            })
    void valuesThatAreNotAllowedAreRefusedWithTheField(String request, String field) {
        assertThatThrownBy(() -> order(request))
                .isInstanceOfSatisfying(
                        InvalidRecordException.class, e -> assertThat(e.field()).isEqualTo(field));
    }

    private static SweepOrder order(String json) {
        return JSON.readValue(json.replace('\'', '"'), SweepRequest.class).order();
    }
}
