package io.retort.gateway.drift;

import io.swagger.v3.oas.annotations.Operation;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/drift")
final class DriftController {

    private final Drift drift;

    DriftController(Drift drift) {
        this.drift = drift;
    }

    @GetMapping
    @Operation(
            operationId = "drift",
            summary = "How far the answers are from those of the release's examination",
            description =
                    """
                    Population stability indices by head. By custom, below 0.1 nothing has \
                    changed and above 0.25 much has; noise is what chance alone is expected to \
                    make of it.\
                    """)
    Drift.State drift() {
        return drift.state();
    }
}
