package io.retort.tracing;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;

/// Tracing is on where a collector has an address. Elsewhere no bean of it is made, so that it
/// costs neither time at the start nor anything later.
final class TracingSwitch
        implements AutoConfigurationImportFilter, EnvironmentAware, EnvironmentPostProcessor {

    static final String COLLECTOR = "management.opentelemetry.tracing.export.otlp.endpoint";

    private static final String[] TRACING = {
        "org.springframework.boot.micrometer.tracing.", "org.springframework.boot.opentelemetry."
    };

    private @Nullable Environment environment;

    @Override
    public void setEnvironment(Environment environment) {
        this.environment = environment;
    }

    @Override
    public boolean[] match(
            @Nullable String[] autoConfigurations, AutoConfigurationMetadata metadata) {
        boolean on = environment != null && isOn(environment);
        boolean[] wanted = new boolean[autoConfigurations.length];
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = on || !isTracing(autoConfigurations[i]);
        }
        return wanted;
    }

    /// What a service's own yaml may still say otherwise.
    @Override
    public void postProcessEnvironment(
            ConfigurableEnvironment environment, SpringApplication application) {
        if (isOn(environment)) {
            environment
                    .getPropertySources()
                    .addLast(
                            new MapPropertySource(
                                    "tracing",
                                    Map.of(
                                            "spring.cloud.stream.kafka.binder.enable-observation",
                                            true,
                                            "management.tracing.propagation.consume",
                                            "W3C",
                                            "management.tracing.baggage.enabled",
                                            false)));
        }
    }

    private static boolean isOn(Environment environment) {
        return !environment.getProperty(COLLECTOR, "").isBlank();
    }

    private static boolean isTracing(@Nullable String autoConfiguration) {
        for (String prefix : TRACING) {
            if (autoConfiguration != null && autoConfiguration.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }
}
