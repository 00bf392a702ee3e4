package io.retort.gateway.prepared;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aot.AotDetector;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.core.SpringProperties;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.util.ClassUtils;

/// Chooses the prepared context once all settings are known, and says why where it does not.
final class Choice implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

    private static final Logger LOG = LoggerFactory.getLogger(Choice.class);

    private boolean prepared;

    boolean isPrepared() {
        return prepared;
    }

    /// After those that read settings and set up the log.
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
        Optional<String> against =
                against(
                        event.getEnvironment(),
                        event.getSpringApplication().getMainApplicationClass());
        if (against.isPresent()) {
            withdraw();
            LOG.info("Which beans there are is found out at this start: {}", against.get());
        } else {
            SpringProperties.setFlag(AotDetector.AOT_ENABLED);
            prepared = true;
        }
    }

    void withdraw() {
        prepared = false;
        SpringProperties.setProperty(AotDetector.AOT_ENABLED, "false");
    }

    /// What speaks against the prepared context; nothing where it may be used.
    static Optional<String> against(
            ConfigurableEnvironment environment, @Nullable Class<?> application) {
        if ("false".equals(environment.getProperty(AotDetector.AOT_ENABLED))) {
            return Optional.of(AotDetector.AOT_ENABLED + " is false");
        }
        if (application == null
                || !ClassUtils.isPresent(
                        application.getName() + "__ApplicationContextInitializer",
                        application.getClassLoader())) {
            return Optional.of("the build has prepared none");
        }
        try {
            return DecidingSettings.ofTheBuild().differenceTo(environment);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
