package io.retort.gateway.power;

import io.swagger.v3.oas.annotations.Operation;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/power")
final class PowerController {

    private final Power power;

    PowerController(Power power) {
        this.power = power;
    }

    /// @param battery share that is left, from 0 to 1
    /// @param cpu share of the processors that the gateway may use, from 0 to 1
    /// @param charging null for no
    record Report(@Nullable Double battery, @Nullable Double cpu, @Nullable Boolean charging) {}

    /// @param modelledJoules of the process since it started, by its processor time
    /// @param modelledJoulesPerInference all that the process did, per run of a model; null before
    ///   the first
    record Answer(
            PowerMode mode,
            @Nullable Double battery,
            @Nullable Double cpu,
            boolean charging,
            @Nullable Instant reported,
            double modelledJoules,
            long inferences,
            @Nullable Double modelledJoulesPerInference) {}

    @GetMapping
    @Operation(operationId = "power", summary = "The power mode, and the energy spent by a model")
    Answer power() {
        return answer(power.state());
    }

    @PutMapping
    @Operation(
            operationId = "reportPower",
            summary = "Reports the battery's level",
            description =
                    """
                    The gateway runs the variant of the model that its mode asks for: full, eco or \
                    critical, by the scarcer of battery and cpu. A level that is left out counts \
                    as full.\
                    """)
    Answer report(@RequestBody Report report) {
        return answer(
                power.report(
                        report.battery(), report.cpu(), Boolean.TRUE.equals(report.charging())));
    }

    private Answer answer(Power.State state) {
        long inferences = power.inferences();
        double joules = power.modelledJoules();
        return new Answer(
                state.mode(),
                state.battery(),
                state.cpu(),
                state.charging(),
                state.reported(),
                joules,
                inferences,
                inferences == 0 ? null : joules / inferences);
    }
}
