package io.retort.gateway.prepared;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.core.env.ConfigurableEnvironment;

/// Settings that decide which beans there are, with the values that they had in the build: every
/// setting that Spring asked for until the beans were settled.
///
/// @param values by name; null is none
record DecidingSettings(SortedMap<String, @Nullable String> values) {

    static final String FILE = "settings";

    /// Any number in place of the build's leaves the beans as they are, as long as it is another
    /// port than the service's own.
    private static final String MANAGEMENT_PORT = "management.server.port";

    private static final String PORT = "server.port";

    /// Asked for by Spring Boot before it looks for beans.
    private static final List<String> OF_THE_APPLICATION =
            List.of("spring.main.sources", "spring.main.web-application-type");

    /// Of the log, which hints for native images are about: no bean depends on them.
    private static final String OF_THE_LOG = "logging.";

    /// Whatever is below: names that a user chooses, which cannot be asked for one by one.
    private static final List<String> FREELY_NAMED =
            List.of(
                    "spring.cloud.stream.binders",
                    "spring.main.sources",
                    "springdoc.group-configs");

    DecidingSettings {
        values = Collections.unmodifiableSortedMap(values);
    }

    /// @param asked names that Spring asked for
    static DecidingSettings of(Collection<String> asked, ConfigurableEnvironment environment) {
        SortedMap<String, @Nullable String> values = new TreeMap<>();
        OF_THE_APPLICATION.forEach(name -> values.put(name, value(name, environment)));
        for (String name : asked) {
            // With a default after a colon these are of placeholders, asked for without it too.
            if (!name.contains(":") && !name.startsWith(OF_THE_LOG) && !name.equals(PORT)) {
                values.put(name, value(name, environment));
            }
        }
        return new DecidingSettings(values);
    }

    /// @throws IOException where the build has left none
    static DecidingSettings ofTheBuild() throws IOException {
        SortedMap<String, @Nullable String> values = new TreeMap<>();
        try (InputStream file = DecidingSettings.class.getResourceAsStream(FILE)) {
            if (file == null) {
                throw new FileNotFoundException("the build has left no " + FILE);
            }
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int equals = line.indexOf('=');
                if (equals < 0) {
                    values.put(line, null);
                } else {
                    values.put(line.substring(0, equals), line.substring(equals + 1));
                }
            }
        }
        return new DecidingSettings(values);
    }

    /// One line a setting: the same settings give the same bytes.
    String text() {
        StringBuilder text = new StringBuilder();
        values.forEach((name, value) -> {
            if (value != null && value.contains("\n")) {
                throw new IllegalStateException(name + " has more than one line");
            }
            text.append(name).append(value == null ? "" : "=" + value).append('\n');
        });
        return text.toString();
    }

    /// The first setting that is another than in the build; values are not told, they may be
    /// secret.
    Optional<String> differenceTo(ConfigurableEnvironment environment) {
        if (environment.getActiveProfiles().length > 0) {
            return Optional.of("a profile is active");
        }
        for (Map.Entry<String, @Nullable String> setting : values.entrySet()) {
            String name = setting.getKey();
            if (!Objects.equals(setting.getValue(), value(name, environment))) {
                return Optional.of(name + " is not as in the build");
            }
        }
        for (String prefix : FREELY_NAMED) {
            ConfigurationPropertyName name = ConfigurationPropertyName.of(prefix);
            for (ConfigurationPropertySource source :
                    ConfigurationPropertySources.get(environment)) {
                if (source.containsDescendantOf(name) == ConfigurationPropertyState.PRESENT) {
                    return Optional.of("something is set below " + prefix);
                }
            }
        }
        return Optional.empty();
    }

    private static @Nullable String value(String name, ConfigurableEnvironment environment) {
        return name.equals(MANAGEMENT_PORT)
                ? ManagementPortType.get(environment).name()
                : environment.getProperty(name);
    }
}
