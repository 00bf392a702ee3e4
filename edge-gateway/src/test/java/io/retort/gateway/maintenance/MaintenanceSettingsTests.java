package io.retort.gateway.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class MaintenanceSettingsTests {

    @Test
    void theDefaultsArePinned() {
        assertThat(
                        new Binder(new MapConfigurationPropertySource(Map.of()))
                                .bindOrCreate("retort.maintenance", MaintenanceSettings.class))
                .isEqualTo(new MaintenanceSettings(0.7, 0.3, DataSize.ofMegabytes(24), 1000, 256));
    }
}
