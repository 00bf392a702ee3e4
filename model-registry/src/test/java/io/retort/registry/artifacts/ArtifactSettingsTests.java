package io.retort.registry.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.util.unit.DataSize;

class ArtifactSettingsTests {

    private static final Path FOLDER = Path.of("data/artifacts");

    @Test
    void theDefaultsAreThese() {
        assertThat(Settings.folder(FOLDER))
                .isEqualTo(
                        new ArtifactSettings(
                                ArtifactSettings.Kind.FOLDER,
                                FOLDER,
                                new ArtifactSettings.S3(
                                        null, "us-east-1", "", "artifacts/", true, false, "", ""),
                                DataSize.ofGigabytes(1),
                                Duration.ofDays(7),
                                Duration.ofDays(1)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "largest | 0B | must be above 0",
                "scrub-every | 0s | must be above 0",
                "abandoned-after | 0s | must be above 0",
                "store | s3 | s3.bucket is missing",
                "store | tape | tape",
                "s3.endpoint | minio:9000 | must be like https://host:port",
                "s3.access-key | AKIA | belong together",
                "s3.prefix | /a | must not start with a slash",
            })
    void settingsThatMakeNoSenseAreRefused(String name, String value, String message) {
        assertThatExceptionOfType(BindException.class)
                .isThrownBy(() -> Settings.folder(FOLDER, name, value))
                .satisfies(e -> assertThat(e).hasStackTraceContaining(message));
    }

    @Test
    void keysAreNotInWhatSettingsSayOfThemselves() {
        ArtifactSettings settings =
                Settings.s3(
                        "http://s3:9000",
                        "models",
                        "s3.access-key",
                        "AKIAKEY",
                        "s3.secret-key",
                        "hush");
        assertThat(settings.toString())
                .contains("bucket 'models' at http://s3:9000")
                .doesNotContain("AKIAKEY", "hush");
    }
}
