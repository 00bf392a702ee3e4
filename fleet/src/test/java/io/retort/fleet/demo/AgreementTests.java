package io.retort.fleet.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgreementTests {

    private final Report one = report(200, 0.80, null);

    @Test
    void aReportAgreesWithItselfAsItWasWritten(@TempDir Path folder) {
        Path file = folder.resolve("report.json");
        one.write(file);

        assertThat(Report.read(file)).isEqualTo(one);
        assertThat(Agreement.differences(one, Report.read(file))).isEmpty();
    }

    @Test
    void aCountThatDiffersByOneIsADisagreement() {
        assertThat(Agreement.differences(one, report(199, 0.80, null)))
                .containsExactly("soft targets: 200 against 199");
    }

    @Test
    void accuraciesMayDifferWithinEachOthersInterval() {
        assertThat(Agreement.differences(one, report(200, 0.84, null))).isEmpty();
        assertThat(Agreement.differences(one, report(200, 0.90, null)))
                .hasSize(3)
                .anySatisfy(difference ->
                        assertThat(difference)
                                .isEqualTo(
                                        "accuracy of student, fp32: 0.800 [0.750, 0.850]"
                                                + " against 0.900 [0.850, 0.950]"))
                .anySatisfy(difference -> assertThat(difference).contains("gateway"));
    }

    @Test
    void whetherInt8WasFastEnoughIsTheMachinesAffair() {
        assertThat(Agreement.differences(one, report(200, 0.80, "slower than fp32"))).isEmpty();
    }

    @Test
    void anAccuracyThatIsMissingAgreesWithNothing() {
        assertThat(Agreement.differences(one, report(200, Double.NaN, null)))
                .anySatisfy(difference -> assertThat(difference).contains("NaN"));
    }

    private static Report report(int softTargets, double accuracy, @Nullable String refused) {
        return new Report(
                "simulation",
                1,
                23,
                40,
                200,
                softTargets,
                200,
                0,
                0,
                new Report.Teacher(0.95, 0.90, 0.99, 1000, 2000),
                new Report.Accuracy(0.6, 0.5, 0.7),
                new Report.Student(
                        accuracy,
                        accuracy - 0.05,
                        accuracy + 0.05,
                        accuracy,
                        accuracy - 0.05,
                        accuracy + 0.05,
                        500,
                        700),
                new Report.Accuracy(0.1, 0.05, 0.15),
                new Report.Artifact(4000, 1000, refused),
                1e-6,
                new Report.Gateway(500, 1, 2, accuracy, 40, 0),
                120);
    }
}
