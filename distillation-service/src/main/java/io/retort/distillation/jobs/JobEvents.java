package io.retort.distillation.jobs;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/// Tells those who listen how a job goes, from the state that it has now to its end. A listener
/// slower than the job misses states in between, never the last one.
@Component
final class JobEvents {

    private final Jobs jobs;
    private final JobsSettings settings;

    JobEvents(Jobs jobs, JobsSettings settings) {
        this.jobs = jobs;
        this.settings = settings;
    }

    SseEmitter of(String id) {
        jobs.find(id);
        SseEmitter emitter = new SseEmitter(0L);
        Thread.ofVirtual().name("events of job " + id).start(() -> follow(id, emitter));
        return emitter;
    }

    private void follow(String id, SseEmitter emitter) {
        try {
            @Nullable State seen = null;
            while (seen == null || (!seen.over() && jobs.isOpen())) {
                Job job = jobs.await(id, seen, settings.heartbeat());
                State now = job.state();
                if (now.equals(seen)) {
                    emitter.send(SseEmitter.event().comment("still " + now.kind()));
                } else {
                    emitter.send(
                            SseEmitter.event()
                                    .name(now.kind().toString())
                                    .data(Status.of(job), MediaType.APPLICATION_JSON));
                }
                seen = now;
            }
            emitter.complete();
        } catch (IOException | IllegalStateException _) {
            // The listener is gone, and the container has closed what there was.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            emitter.completeWithError(e);
        }
    }
}
