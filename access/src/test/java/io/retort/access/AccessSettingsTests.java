package io.retort.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class AccessSettingsTests {

    @Test
    void theDefaultsAreThese() {
        AccessSettings settings =
                new Binder(new MapConfigurationPropertySource(Map.of()))
                        .bindOrCreate("retort.access", AccessSettings.class);
        assertThat(settings).isEqualTo(new AccessSettings(Mode.TOKEN, null, null, null));
    }

    @Test
    void theDefaultsOfJsonWebTokensAreThese() {
        JwtSettings settings =
                new Binder(new MapConfigurationPropertySource(Map.of()))
                        .bindOrCreate("retort.access.jwt", JwtSettings.class);
        assertThat(settings).isEqualTo(new JwtSettings(null, null, null, null, "roles"));
    }
}
