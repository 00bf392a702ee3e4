package io.retort.teacher.training;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;

/// Looks from time to time whether another instance has trained a teacher, and says so as if it had
/// been trained here.
final class FollowedTeachers implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(FollowedTeachers.class);

    private final Teachers teachers;
    private final @Nullable Duration pause;
    private final ApplicationEventPublisher events;
    private @Nullable String version;
    private volatile @Nullable Thread looking;

    /// @param pause between two looks; null where nobody is followed
    FollowedTeachers(
            Teachers teachers, @Nullable Duration pause, ApplicationEventPublisher events) {
        this.teachers = teachers;
        this.pause = pause;
        this.events = events;
    }

    @Override
    public void start() {
        Duration wait = pause;
        if (wait == null) {
            return;
        }
        // Scoring starts with the one that is there now.
        version = teachers.active().map(Teacher::version).orElse(null);
        Thread thread = Thread.ofVirtual().name("followed-teachers").unstarted(() -> follow(wait));
        looking = thread;
        thread.start();
    }

    @Override
    public void stop() {
        Thread running = looking;
        looking = null;
        if (running != null) {
            running.interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return looking != null;
    }

    /// With scoring, which has taken over what was there when this begins.
    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }

    private void follow(Duration wait) {
        boolean told = false;
        try {
            while (Thread.currentThread().equals(looking)) {
                Thread.sleep(wait);
                try {
                    look();
                    told = false;
                } catch (IOException | RuntimeException e) {
                    if (!told) {
                        // Once: a volume that is away stays so for a while.
                        log.warn("The followed teachers cannot be read: {}", e.toString());
                        told = true;
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() throws IOException {
        teachers.look();
        Optional<Teacher> active = teachers.active();
        if (active.isEmpty() || String.valueOf(active.get().version()).equals(version)) {
            return;
        }
        events.publishEvent(new TeacherTrained(active.get(), teachers.weights(active.get())));
        version = active.get().version();
        log.info("teacher {} was trained elsewhere and is active", active.get().id());
    }
}
