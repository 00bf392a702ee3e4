package io.retort.distillation.samples;

import io.retort.learning.samples.SampleStore;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
class SamplesController {

    private final SampleStore store;

    SamplesController(SampleStore store) {
        this.store = store;
    }

    /// How many records are kept.
    @GetMapping("/api/v1/samples")
    SampleStore.Counts counts() {
        return store.counts();
    }
}
