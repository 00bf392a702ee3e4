package io.retort.teacher.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.util.unit.DataSize;

class TeachersSettingsTests {

    @Test
    void defaultsAreThese() {
        assertThat(
                        Binder.get(new MockEnvironment())
                                .bindOrCreate("retort.teachers", TeachersSettings.class))
                .isEqualTo(
                        new TeachersSettings(
                                Path.of("data/teacher-service/teachers"),
                                8,
                                100,
                                2,
                                DataSize.ofGigabytes(1),
                                null));
    }

    @Test
    void looksWithoutAPauseAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new TeachersSettings(
                                Path.of("x"), 2, 100, 1, DataSize.ofBytes(1), Duration.ZERO))
                .withMessageContaining("follow");
    }

    @Test
    void aTeacherNeedsTwoExamplesAtLeast() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new TeachersSettings(Path.of("x"), 1, 100, 1, DataSize.ofBytes(1), null))
                .withMessageContaining("fewest-examples");
    }
}
