package io.retort.teacher.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.util.unit.DataSize;

class ScoringSettingsTests {

    @Test
    void defaultsAreThese() {
        assertThat(
                        Binder.get(new MockEnvironment())
                                .bindOrCreate("retort.scoring", ScoringSettings.class))
                .isEqualTo(
                        new ScoringSettings(
                                true,
                                Path.of("data/teacher-service/scoring"),
                                64,
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(30),
                                DataSize.ofMegabytes(24)));
    }

    @Test
    void anEmptyBatchIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new ScoringSettings(
                                true,
                                Path.of("x"),
                                0,
                                Duration.ZERO,
                                Duration.ZERO,
                                DataSize.ofMegabytes(1)));
    }
}
