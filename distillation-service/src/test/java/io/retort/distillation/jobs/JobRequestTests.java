package io.retort.distillation.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.Schema;
import io.retort.distillation.Plant;
import io.retort.distillation.card.CardSettings;
import io.retort.distillation.gate.GateSettings;
import io.retort.distillation.training.Plan;
import io.retort.learning.samples.HeldOut;
import io.retort.learning.training.Recipe;
import io.retort.learning.training.Schedule;
import io.retort.learning.training.Term;
import io.retort.learning.training.TrainingSettings;
import java.util.List;
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
        assertThat(plan.recipe()).isEqualTo(Recipe.preset("default"));
        assertThat(plan.card()).isEqualTo(new CardSettings(List.of(0.25, 0.5)));
        assertThat(plan.alias()).isNull();
        assertThat(plan.warmStart()).isNull();
        assertThat(plan.teacher()).isNull();
    }

    @Test
    void givenFieldsTakeThePlaceOfTheUsualOnesAlone() {
        Plan plan =
                plan(
                        """
                        {'model': 'student', 'modalities': ['spectrum', 'rgb'], 'schema': %s,
                         'heldOut': {'groups': ['a', 'b']}, 'settings': {'epochs': 3, 'seed': 9},
                         'recipe': {'terms': [{'kind': 'divergence', 'temperature': 5}]},
                         'student': 'retort-separable-x0.5', 'imageSide': 32, 'gate': {'rounds': 2},
                         'card': {'budgets': [0.8, 0.1]},
                         'alias': 'production', 'teacher': 't'}
                        """
                                .formatted(Plant.schema().toJson()));

        assertThat(plan.schema()).isEqualTo(Plant.schema());
        assertThat(plan.studentSchema().modalities().keySet()).containsExactly("rgb", "spectrum");
        assertThat(plan.heldOut()).isEqualTo(new HeldOut(Set.of("a", "b"), 0));
        assertThat(plan.settings().epochs()).isEqualTo(3);
        assertThat(plan.settings().seed()).isEqualTo(9);
        assertThat(plan.settings().batch()).isEqualTo(TrainingSettings.student().batch());
        assertThat(plan.recipe().terms())
                .containsExactly(new Term.Divergence(1, 5, Schedule.ALWAYS));
        assertThat(plan.student()).isEqualTo("retort-separable-x0.5");
        assertThat(plan.studentSchema().modality("rgb").shape().width()).isEqualTo(32);
        assertThat(plan.gate()).isEqualTo(new GateSettings(5, 2, 0.2, true));
        assertThat(plan.card().budgets()).containsExactly(0.1, 0.8);
        assertThat(plan.prune()).isFalse();
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
                "{'model': 'student', 'modalities': ['rgb'], 'recipe': 'best'}" + " | recipe",
                "{'model': 'student', 'modalities': ['rgb'], 'student': 'big'} | student",
                "{'model': 'student', 'modalities': ['rgb'], 'gate': {'folds': 1}}"
                        + " | gate.folds",
                "{'model': 'student', 'modalities': ['rgb'], 'card': {'budgets': [1]}}"
                        + " | card.budgets",
                "{'model': 'student', 'modalities': ['rgb'], 'warmStart': '../7'} | warmStart",
                "{'model': 'student', 'modalities': ['rgb'], 'warmStart': 'a@0'} | warmStart",
                "{'model': 'student', 'modalities': ['rgb'], 'warmStart': 'a@b'} | warmStart",
                "{'model': 'student', 'modalities': ['rgb'], 'warmStart': '@1'} | warmStart",
                "{'model': 'student', 'modalities': ['rgb'], 'warmStart': 7} | warmStart",
                "{'model': 'student', 'modalities': ['rgb'], 'warmStart': {'model': 'a'}}"
                        + " | warmStart",
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
                "'7c0ffee-1' | 7c0ffee-1",
                "'sorter@3' | sorter@3",
                "{'model': 'sorter', 'version': 3} | sorter@3",
            })
    void aWarmStartIsAJobOrARelease(String warmStart, String donor) {
        Plan plan =
                plan(
                        "{'model': 'student', 'modalities': ['rgb'], 'warmStart': %s}"
                                .formatted(warmStart));

        assertThat(plan.donor()).hasToString(donor);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'settings': {'epoch': 3} | settings.epoch",
                "'settings': {'epochs': 'many'} | settings.epochs",
                "'settings': {'epochs': null} | settings.epochs",
                "'gate': {'fold': 3} | gate.fold",
                "'card': {'budget': [0.5]} | card.budget",
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
