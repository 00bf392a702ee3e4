package io.retort.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TrainingSettingsTests {

    @Test
    void theUsualSettingsAreThese() {
        assertThat(TrainingSettings.teacher())
                .isEqualTo(
                        new TrainingSettings(
                                30,
                                300,
                                32,
                                1e-3,
                                1e-2,
                                1,
                                10,
                                0.5,
                                0.2,
                                0,
                                Augmentation.slight(),
                                1));
        assertThat(TrainingSettings.student())
                .isEqualTo(
                        new TrainingSettings(
                                40,
                                100,
                                64,
                                2e-3,
                                1e-4,
                                1,
                                14,
                                0.5,
                                0,
                                0.95,
                                Augmentation.slight(),
                                1));
    }

    @Test
    void stepsSpreadTheExamplesEvenlyAndNeverLeaveOneAlone() {
        TrainingSettings settings = settings(10, 1, 4);
        assertThat(settings.stepsPerEpoch(2)).isEqualTo(1);
        assertThat(settings.stepsPerEpoch(4)).isEqualTo(1);
        assertThat(settings.stepsPerEpoch(5)).isEqualTo(2);
        assertThat(settings.stepsPerEpoch(9)).isEqualTo(3);
        assertThat(settings(10, 1, 2).stepsPerEpoch(3)).isEqualTo(1);
        assertThat(settings(10, 1, 2).stepsPerEpoch(5)).isEqualTo(2);
    }

    @Test
    void fewExamplesArePassedOverMoreOften() {
        TrainingSettings settings = settings(10, 100, 4);
        assertThat(settings.epochsFor(8)).isEqualTo(50);
        assertThat(settings.stepsFor(8)).isEqualTo(100);
        assertThat(settings.epochsFor(12)).isEqualTo(34);
        assertThat(settings.epochsFor(400)).isEqualTo(10);
        assertThat(settings.withMinimumSteps(1).epochsFor(8)).isEqualTo(10);
    }

    @Test
    void theRateDecaysAfterWholePeriodsAndStretchesWithTheEpochs() {
        TrainingSettings settings =
                new TrainingSettings(6, 1, 4, 0.1, 0, 1, 2, 0.5, 0, 0, Augmentation.none(), 1);
        assertThat(settings.rateAt(0, 6)).isEqualTo(0.1);
        assertThat(settings.rateAt(1, 6)).isEqualTo(0.1);
        assertThat(settings.rateAt(2, 6)).isCloseTo(0.05, within(1e-12));
        assertThat(settings.rateAt(5, 6)).isCloseTo(0.025, within(1e-12));
        assertThat(settings.rateAt(19, 60)).isEqualTo(0.1);
        assertThat(settings.rateAt(20, 60)).isCloseTo(0.05, within(1e-12));
        assertThat(settings.rateAt(59, 60)).isCloseTo(0.025, within(1e-12));
    }

    @Test
    void settingsThatMeanNothingAreRefusedByName() {
        assertThatThrownBy(() -> settings(0, 1, 4)).hasMessageContaining("settings.epochs");
        assertThatThrownBy(() -> settings(1, 0, 4)).hasMessageContaining("settings.minimumSteps");
        assertThatThrownBy(() -> settings(1, 1, 1)).hasMessageContaining("settings.batch");
        assertThatThrownBy(() ->
                        new TrainingSettings(
                                6, 1, 4, Double.NaN, 0, 1, 2, 0.5, 0, 0, Augmentation.none(), 1))
                .hasMessageContaining("settings.learningRate");
        assertThatThrownBy(() ->
                        new TrainingSettings(
                                6, 1, 4, 0.1, 0, 1, 2, 0.5, 1, 0, Augmentation.none(), 1))
                .hasMessageContaining("settings.modalityDropout");
    }

    private static TrainingSettings settings(int epochs, int minimumSteps, int batch) {
        return new TrainingSettings(
                epochs, minimumSteps, batch, 0.1, 0, 1, 1, 1, 0, 0, Augmentation.none(), 1);
    }
}
