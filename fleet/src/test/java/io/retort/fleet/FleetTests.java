package io.retort.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class FleetTests {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine line =
            Fleet.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "stream",
                "serve",
                "bench",
                "bench quantization",
                "bench distillation",
                "bench maintenance",
                "bench continual",
                "stage",
                "secrets",
                "token",
                "dependencies"
            })
    void everyCommandExplainsItself(String command) {
        assertThat(line.execute((command + " --help").split(" "))).isZero();
        assertThat(out.toString()).contains("Usage: retort " + command).contains("--help");
    }

    @Test
    void labelsMustBeANumberOrAll() {
        assertThat(line.execute("demo", "--labels", "some")).isEqualTo(2);
        assertThat(err.toString()).contains("--labels takes a number of 2 or more, or 'all'");
    }

    @Test
    void aFolderThatIsNotThereIsNamed() {
        assertThat(line.execute("stream", "/nowhere/at/all", "--to", "127.0.0.1:1")).isEqualTo(1);
        assertThat(err.toString()).contains("/nowhere/at/all");
    }

    @Test
    void aTokenIsPrintedWithTheLineThatNamesItsHash() {
        assertThat(line.execute("token", "belt-1", "station,reader")).isZero();
        assertThat(out.toString())
                .matches(
                        "retort_[A-Za-z0-9_-]{43}\\R"
                                + "belt-1 reader,station sha256:[0-9a-f]{64}\\R");
    }

    @Test
    void aRoleThatThereIsNotIsRefused() {
        assertThat(line.execute("token", "belt-1", "owner")).isEqualTo(2);
        assertThat(err.toString()).contains("there is no role 'owner'").contains("publisher");
    }

    @Test
    void aStudentCannotSeeWhatNoSensorSends() {
        assertThat(line.execute("demo", "--student", "sonar")).isEqualTo(1);
        assertThat(err.toString()).contains("modalities[sonar]").contains("rgb");
    }
}
