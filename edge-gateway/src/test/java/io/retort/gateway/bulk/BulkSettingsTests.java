package io.retort.gateway.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class BulkSettingsTests {

    @Test
    void theDefaultsArePinned() {
        assertThat(
                        new Binder(new MapConfigurationPropertySource(Map.of()))
                                .bindOrCreate("retort.bulk", BulkSettings.class))
                .isEqualTo(
                        new BulkSettings(256, DataSize.ofMegabytes(16), DataSize.ofMegabytes(256)));
    }
}
