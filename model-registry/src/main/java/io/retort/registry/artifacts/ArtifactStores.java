package io.retort.registry.artifacts;

import java.io.IOException;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Which store the settings name.
@Configuration(proxyBeanMethods = false)
class ArtifactStores {

    @Bean
    ArtifactStore artifactStore(ArtifactSettings settings, Clock clock) throws IOException {
        return switch (settings.store()) {
            case FOLDER -> new ArtifactFiles(settings, clock);
            case S3 -> ArtifactObjects.open(settings, clock);
        };
    }
}
