package io.retort.distillation.jobs;

import java.net.URI;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/sweeps")
class SweepsController {

    private final Jobs jobs;

    SweepsController(Jobs jobs) {
        this.jobs = jobs;
    }

    /// A sweep is a job: it is followed, cancelled and resumed as jobs are.
    @PostMapping
    ResponseEntity<Status> submit(@RequestBody SweepRequest request) {
        Job job = jobs.submit(request.order());
        return ResponseEntity.accepted()
                .location(URI.create("/api/v1/jobs/" + job.id()))
                .body(Status.of(job));
    }
}
