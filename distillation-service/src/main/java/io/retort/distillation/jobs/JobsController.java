package io.retort.distillation.jobs;

import io.retort.distillation.training.Plan;
import io.retort.distillation.training.SweepOrder;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

@RestController
@RequestMapping("/api/v1/jobs")
class JobsController {

    private final Jobs jobs;
    private final JobEvents events;

    JobsController(Jobs jobs, JobEvents events) {
        this.jobs = jobs;
        this.events = events;
    }

    /// One line of the list.
    ///
    /// @param kind as in the job's plan
    /// @param model that the job publishes; null where it publishes none
    record Line(String id, Instant created, String kind, @Nullable String model, Kind state) {

        static Line of(Job job) {
            return switch (job.plan()) {
                case Plan plan -> of(job, "student", plan.model());
                case SweepOrder _ -> of(job, "sweep", null);
            };
        }

        private static Line of(Job job, String kind, @Nullable String model) {
            return new Line(job.id(), job.created(), kind, model, job.state().kind());
        }
    }

    @PostMapping
    ResponseEntity<Status> submit(@RequestBody JobRequest request) {
        return accepted(jobs.submit(request.plan()));
    }

    /// Where the job is followed.
    static ResponseEntity<Status> accepted(Job job) {
        return ResponseEntity.accepted()
                .location(URI.create("/api/v1/jobs/" + job.id()))
                .body(Status.of(job));
    }

    /// In the order in which they were ordered.
    @GetMapping
    List<Line> all() {
        return jobs.all().stream().map(Line::of).toList();
    }

    @GetMapping("/{id}")
    Status one(@PathVariable String id) {
        return Status.of(jobs.find(id));
    }

    /// Server-sent events, named by the state and with the job as data, from now until it ends.
    @GetMapping(path = "/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter events(@PathVariable String id) {
        return events.of(id);
    }

    /// Asks the job to end; it has ended when its state says so.
    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Status cancel(@PathVariable String id) {
        return Status.of(jobs.cancel(id));
    }

    /// Publishes the model of a job that could not publish it.
    @PostMapping("/{id}/publication")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Status publishAgain(@PathVariable String id) {
        return Status.of(jobs.publishAgain(id));
    }
}
