package io.retort.distillation.jobs;

import java.net.URI;
import java.time.Instant;
import java.util.List;
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
    record Line(String id, Instant created, String model, Kind state) {}

    @PostMapping
    ResponseEntity<Status> submit(@RequestBody JobRequest request) {
        Job job = jobs.submit(request.plan());
        return ResponseEntity.accepted()
                .location(URI.create("/api/v1/jobs/" + job.id()))
                .body(Status.of(job));
    }

    /// In the order in which they were ordered.
    @GetMapping
    List<Line> all() {
        return jobs.all().stream()
                .map(job ->
                        new Line(job.id(), job.created(), job.plan().model(), job.state().kind()))
                .toList();
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
