package io.retort.gateway.rollout;

import io.swagger.v3.oas.annotations.Operation;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/model")
final class ModelController {

    private final Rollout rollout;

    ModelController(Rollout rollout) {
        this.rollout = rollout;
    }

    @GetMapping
    @Operation(operationId = "model", summary = "The model in use and how the last rollout went")
    RolloutState model() {
        return rollout.state();
    }

    @PostMapping("/refresh")
    @Operation(
            operationId = "refreshModel",
            summary = "Asks the registry now, waits for what follows, and answers like GET")
    RolloutState refresh() {
        return rollout.refresh();
    }
}
