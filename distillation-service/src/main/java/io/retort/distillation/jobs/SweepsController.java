package io.retort.distillation.jobs;

import io.retort.distillation.chart.Svg;
import io.retort.distillation.sweep.FrontChart;
import io.retort.distillation.sweep.Row;
import io.retort.distillation.training.SweepResult;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

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
        return JobsController.accepted(jobs.submit(request.order()));
    }

    /// What the students of a sweep that has succeeded reach against what they cost.
    @GetMapping(path = "/{id}/chart", produces = "image/svg+xml")
    String chart(@PathVariable String id) {
        State state = jobs.find(id).state();
        if (!(state instanceof State.Succeeded succeeded)
                || !(succeeded.result() instanceof SweepResult sweep)
                || sweep.rows().stream().noneMatch(Row.Measured.class::isInstance)) {
            throw new JobConflictException(
                    "job %s is no sweep that has succeeded: it has nothing to draw".formatted(id));
        }
        if (!Svg.possible()) {
            throw new ResponseStatusException(
                    HttpStatus.NOT_IMPLEMENTED,
                    "Java finds no fonts to draw with here; the figures are in the job's result");
        }
        return FrontChart.of(sweep.rows());
    }
}
