package io.retort.teacher.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.Schema;
import io.retort.learning.samples.HeldOut;
import io.retort.learning.training.TrainingSettings;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class TeacherRequestTests {

    @Test
    void asksForTheArticlesTeacherByDefault() {
        TeacherRequest request = request("{}");

        assertThat(request.schemaOrDefault()).isEqualTo(Schema.article());
        assertThat(request.heldOutOrDefault()).isEqualTo(HeldOut.fifth());
        assertThat(request.settingsOrDefault()).isEqualTo(TrainingSettings.teacher());
        assertThat(request.networksOrDefault()).isEqualTo(5);
    }

    @Test
    void changesOnlyWhatItNames() {
        TeacherRequest request =
                request(
                        """
                        {"settings": {"epochs": 3, "seed": 7}, "heldOut": {"groups": ["g1"]},
                         "networks": 3}
                        """);

        TrainingSettings defaults = TrainingSettings.teacher();
        assertThat(request.settingsOrDefault())
                .returns(3, TrainingSettings::epochs)
                .returns(7L, TrainingSettings::seed)
                .returns(defaults.batch(), TrainingSettings::batch)
                .returns(defaults.learningRate(), TrainingSettings::learningRate);
        assertThat(request.heldOutOrDefault()).isEqualTo(new HeldOut(Set.of("g1"), 0));
        assertThat(request.networksOrDefault()).isEqualTo(3);
    }

    @Test
    void namesWhatIsWrong() {
        assertThatThrownBy(() -> request("{\"settings\": {\"epoch\": 3}}").settingsOrDefault())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith(
                        "settings.epoch is not known; known are [augmentation, averaging,");
        assertThatThrownBy(() ->
                        request("{\"settings\": {\"augmentation\": {\"turn\": 3}}}")
                                .settingsOrDefault())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("settings.augmentation.turn is not known");
        assertThatThrownBy(() ->
                        request("{\"settings\": {\"augmentation\": {\"shift\": 3}}}")
                                .settingsOrDefault())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("augmentation.shift: 3.0");
        assertThatThrownBy(() -> request("{\"settings\": {\"epochs\": 0}}").settingsOrDefault())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("settings.epochs: 0");
        assertThatThrownBy(() -> request("{\"settings\": {\"epochs\": 1.5}}").settingsOrDefault())
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> request("{\"heldOut\": {\"share\": 1}}").heldOutOrDefault())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("heldOut.share: 1.0");
        for (int networks : new int[] {0, 21}) {
            assertThatThrownBy(
                            () -> request("{\"networks\": " + networks + "}").networksOrDefault())
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageStartingWith("networks: " + networks);
        }
        assertThatThrownBy(() -> request("{\"heldOut\": [1]}").heldOutOrDefault())
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> request("{\"schema\": {\"name\": \"x\"}}").schemaOrDefault())
                .isInstanceOf(InvalidRecordException.class);
    }

    private static TeacherRequest request(String json) {
        return JsonMapper.builder().build().readValue(json, TeacherRequest.class);
    }
}
