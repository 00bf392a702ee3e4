package io.retort.distillation.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.retort.learning.training.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CurveTests {

    @TempDir Path folder;

    private Path file;

    @BeforeEach
    void file() {
        file = folder.resolve("trainings").resolve("twin.curve");
    }

    @Test
    void whereNothingWasTrainedThereIsNoPoint() {
        assertThat(Curve.read(file).points()).isEmpty();
    }

    @Test
    void everyEpochIsKept() {
        tell(1, 0.75);
        tell(2, 0.5);

        assertThat(Curve.read(file).points())
                .containsExactly(new Curve.Point(1, 0.75, 1e-3), new Curve.Point(2, 0.5, 1e-3));
    }

    @Test
    void aTrainingThatGoesOnAfterACrashTellsItsLastEpochsAgain() throws IOException {
        tell(1, 0.75);
        tell(2, 0.5);
        Files.writeString(file, "\n3,0.2", StandardOpenOption.APPEND);

        tell(2, 0.5);
        tell(3, 0.25);

        assertThat(Curve.read(file).points())
                .extracting(Curve.Point::loss)
                .containsExactly(0.75, 0.5, 0.25);
    }

    @Test
    void aTrainingThatBeginsAnewForgetsTheOther() {
        tell(1, 0.75);
        tell(2, 0.5);

        tell(1, 0.7);

        assertThat(Curve.read(file).points()).containsExactly(new Curve.Point(1, 0.7, 1e-3));
    }

    private void tell(int epoch, double loss) {
        Curve.add(file, new Progress(epoch, 3, loss, 1e-3, 100));
    }
}
