package io.retort.registry.artifacts;

import io.retort.registry.artifacts.Artifacts.Scrubbed;
import io.retort.registry.problems.Problem;
import io.retort.registry.problems.RefusedException;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.scheduling.config.FixedDelayTask;
import org.springframework.scheduling.config.ScheduledTaskRegistrar;
import org.springframework.stereotype.Component;

/// Reads every artifact from time to time, since a disk forgets in silence. One pass at a time.
@Component
final class Scrub implements SchedulingConfigurer {

    private static final Logger log = LoggerFactory.getLogger(Scrub.class);

    private final Artifacts artifacts;
    private final ArtifactSettings settings;
    private final ReentrantLock running = new ReentrantLock();

    Scrub(Artifacts artifacts, ArtifactSettings settings) {
        this.artifacts = artifacts;
        this.settings = settings;
    }

    @Override
    public void configureTasks(ScheduledTaskRegistrar registrar) {
        registrar.addFixedDelayTask(
                new FixedDelayTask(this::run, settings.scrubEvery(), settings.scrubEvery()));
    }

    Scrubbed run() {
        if (!running.tryLock()) {
            throw new RefusedException(Problem.CONFLICT, "A scrub is under way.");
        }
        try {
            Scrubbed scrubbed = artifacts.scrub();
            log.info(
                    "Scrubbed {} artifacts, {} damaged",
                    scrubbed.checked(),
                    scrubbed.damaged().size());
            return scrubbed;
        } finally {
            running.unlock();
        }
    }
}
