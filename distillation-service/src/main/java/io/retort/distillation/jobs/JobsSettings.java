package io.retort.distillation.jobs;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Where jobs are kept, and how many may wait.
///
/// @param folder one folder in it for each job
/// @param queue most jobs that wait at a time
/// @param heartbeat between two signs of life to those who follow a job's events
/// @param farewell most time that a stopping service waits for its running job
@ConfigurationProperties("retort.jobs")
record JobsSettings(
        @DefaultValue("data/distillation-service/jobs") Path folder,
        @DefaultValue("100") int queue,
        @DefaultValue("15s") Duration heartbeat,
        @DefaultValue("20s") Duration farewell) {

    JobsSettings {
        if (queue < 1 || !heartbeat.isPositive() || farewell.isNegative()) {
            throw new IllegalArgumentException(
                    "retort.jobs: queue and heartbeat must be above 0, farewell not below");
        }
    }
}
