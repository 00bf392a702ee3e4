package io.retort.registry.artifacts;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/// Settings as they are bound in a registry.
final class Settings {

    private Settings() {}

    static ArtifactSettings folder(Path folder, String... more) {
        return of(Map.of("folder", folder.toString()), more);
    }

    static ArtifactSettings s3(String endpoint, String bucket, String... more) {
        return of(
                Map.of(
                        "store",
                        "s3",
                        "folder",
                        "none",
                        "s3.endpoint",
                        endpoint,
                        "s3.bucket",
                        bucket),
                more);
    }

    /// @param more names and values, below `retort.artifacts`
    private static ArtifactSettings of(Map<String, String> some, String... more) {
        Map<String, String> all = new HashMap<>(some);
        for (int i = 0; i < more.length; i += 2) {
            all.put(more[i], more[i + 1]);
        }
        Map<String, String> properties = new HashMap<>();
        all.forEach((name, value) -> properties.put("retort.artifacts." + name, value));
        return new Binder(new MapConfigurationPropertySource(properties))
                .bind("retort.artifacts", ArtifactSettings.class)
                .get();
    }
}
