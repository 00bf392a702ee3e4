package io.retort.gateway.prepared;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.event.ApplicationPreparedEvent;
import org.springframework.boot.context.event.SpringApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/// What the build runs in place of a start: Spring finds out which beans there are, and every
/// setting that it asks for meanwhile is noted.
final class Preparation implements ApplicationListener<SpringApplicationEvent>, Ordered {

    private final Asked asked = new Asked();

    /// Before settings are read from files.
    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    public void onApplicationEvent(SpringApplicationEvent event) {
        switch (event) {
            case ApplicationEnvironmentPreparedEvent prepared -> {
                MutablePropertySources sources = prepared.getEnvironment().getPropertySources();
                // What is set where the build happens to run is nobody else's.
                sources.replace(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        new SystemEnvironmentPropertySource(
                                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                                Map.of()));
                sources.addFirst(asked);
            }
            case ApplicationPreparedEvent _ -> asked.listening = true;
            default -> {}
        }
    }

    /// Where the environment is one of a preparation, what was asked for so far.
    static @Nullable Set<String> asked(ConfigurableEnvironment environment) {
        return environment.getPropertySources().get(Asked.NAME) instanceof Asked asked
                ? asked.getSource()
                : null;
    }

    /// Has no setting. In front of all other sources it hears each question.
    private static final class Asked extends PropertySource<Set<String>> {

        static final String NAME = "asked";

        private volatile boolean listening;

        Asked() {
            super(NAME, new TreeSet<>());
        }

        @Override
        public @Nullable Object getProperty(String name) {
            if (listening) {
                source.add(name);
            }
            return null;
        }
    }
}
