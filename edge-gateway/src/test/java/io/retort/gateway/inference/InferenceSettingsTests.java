package io.retort.gateway.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class InferenceSettingsTests {

    @Test
    void theDefaultsArePinned() {
        Binder nothing = new Binder(new MapConfigurationPropertySource(Map.of()));
        assertThat(nothing.bindOrCreate("retort.inference", InferenceSettings.class))
                .isEqualTo(
                        new InferenceSettings(
                                1, 0, 64, Duration.ofSeconds(2), ExecutionProvider.CPU));
    }

    /// The library on this class path has the processor alone.
    @Test
    void aProviderThatIsNotThereIsRefusedAtTheStart() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() ->
                        new InferenceSettings(
                                1, 1, 1, Duration.ofSeconds(1), ExecutionProvider.TENSORRT))
                .withMessageContaining("provider is TENSORRT")
                .withMessageContaining("[CPU]");
    }
}
