package io.retort.gateway.assessment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class AssessmentSettingsTests {

    @Test
    void theDefaultsArePinned() {
        Binder nothing = new Binder(new MapConfigurationPropertySource(Map.of()));
        assertThat(nothing.bindOrCreate("retort.assessment", AssessmentSettings.class))
                .isEqualTo(new AssessmentSettings(DataSize.ofMegabytes(24), 100_000));
    }
}
