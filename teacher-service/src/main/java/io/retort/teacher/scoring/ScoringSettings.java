package io.retort.teacher.scoring;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// @param enabled whether captures from the stream are scored here; else other instances do it
/// @param folder where it is kept which captures are scored
/// @param batch most captures scored at once
/// @param backOff pause after a failure, such as a broker that is away; doubled up to
///   longestBackOff
/// @param largestRequest body that a capture sent over HTTP may have
@ConfigurationProperties("retort.scoring")
record ScoringSettings(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("data/teacher-service/scoring") Path folder,
        @DefaultValue("64") int batch,
        @DefaultValue("1s") Duration backOff,
        @DefaultValue("30s") Duration longestBackOff,
        @DefaultValue("24MB") DataSize largestRequest) {

    ScoringSettings {
        if (batch < 1 || backOff.isNegative() || longestBackOff.compareTo(backOff) < 0) {
            throw new IllegalArgumentException(
                    "retort.scoring: batch must be 1 or more, back-off 0 or more, and"
                            + " longest-back-off not below it");
        }
    }
}
