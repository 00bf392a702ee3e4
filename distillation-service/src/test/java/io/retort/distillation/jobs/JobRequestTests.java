package io.retort.distillation.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.Schema;
import io.retort.distillation.Plant;
import io.retort.distillation.training.Plan;
import io.retort.learning.samples.HeldOut;
import io.retort.learning.training.Objective;
import io.retort.learning.training.TrainingSettings;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class JobRequestTests {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Test
    void whatIsLeftOutIsAsUsual() {
        Plan plan = plan("{'model': 'student', 'modalities': ['rgb']}");

        assertThat(plan.schema()).isEqualTo(Schema.article());
        assertThat(plan.heldOut()).isEqualTo(HeldOut.fifth());
        assertThat(plan.settings()).isEqualTo(TrainingSettings.student());
        assertThat(plan.objective()).isEqualTo(Objective.teacher());
        assertThat(plan.alias()).isNull();
        assertThat(plan.teacher()).isNull();
    }

    @Test
    void givenFieldsTakeThePlaceOfTheUsualOnesAlone() {
        Plan plan =
                plan(
                        """
                        {'model': 'student', 'modalities': ['spectrum', 'rgb'], 'schema': %s,
                         'heldOut': {'groups': ['a', 'b']}, 'settings': {'epochs': 3, 'seed': 9},
                         'objective': {'temperature': 5}, 'alias': 'production', 'teacher': 't'}
                        """
                                .formatted(Plant.schema().toJson()));

        assertThat(plan.schema()).isEqualTo(Plant.schema());
        assertThat(plan.studentSchema().modalities().keySet()).containsExactly("rgb", "spectrum");
        assertThat(plan.heldOut()).isEqualTo(new HeldOut(Set.of("a", "b"), 0));
        assertThat(plan.settings().epochs()).isEqualTo(3);
        assertThat(plan.settings().seed()).isEqualTo(9);
        assertThat(plan.settings().batch()).isEqualTo(TrainingSettings.student().batch());
        assertThat(plan.objective().temperature()).isEqualTo(5);
        assertThat(plan.objective().features()).isEqualTo(Objective.teacher().features());
        assertThat(plan.alias()).isEqualTo("production");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'modalities': ['rgb']} | model",
                "{'model': 'student'} | modalities",
                "{'model': '../student', 'modalities': ['rgb']} | model",
                "{'model': 'student', 'modalities': []} | modalities",
                "{'model': 'student', 'modalities': ['rgb', 'rgb']} | modalities",
                "{'model': 'student', 'modalities': ['smell']} | modalities[smell]",
                "{'model': 'student', 'modalities': ['rgb'], 'alias': 'a/b'} | alias",
                "{'model': 'student', 'modalities': ['rgb'], 'settings': {'epochs': 0}}"
                        + " | settings.epochs",
                "{'model': 'student', 'modalities': ['rgb'], 'heldOut': {'share': 1}}"
                        + " | heldOut.share",
                "{'model': 'student', 'modalities': ['rgb'], 'objective': {'temperature': 0}}"
                        + " | objective",
                "{'model': 'student', 'modalities': ['rgb'], 'schema': {'name': 'x'}}"
                        + " | schema.modalities",
            })
    void valuesThatAreNotAllowedAreRefusedWithTheField(String request, String field) {
        assertThatThrownBy(() -> plan(request))
                .isInstanceOfSatisfying(
                        InvalidRecordException.class, e -> assertThat(e.field()).isEqualTo(field));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'settings': {'epoch': 3} | settings.epoch",
                "'settings': {'epochs': 'many'} | settings.epochs",
                "'settings': {'epochs': null} | settings.epochs",
                "'objective': {'weight': 3} | objective.weight",
                "'heldOut': {'group': []} | heldOut.group",
                "'heldOut': {'groups': 'object-1'} | heldOut.groups",
            })
    void fieldsThatAreUnknownOrOfTheWrongTypeAreNamed(String more, String field) {
        assertThatThrownBy(() ->
                        plan("{'model': 'student', 'modalities': ['rgb'], %s}".formatted(more)))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class, e -> assertThat(e.field()).isEqualTo(field));
    }

    private static Plan plan(String json) {
        return JSON.readValue(json.replace('\'', '"'), JobRequest.class).plan();
    }
}
