package io.retort.gateway.maintenance;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.maintenance.Condition;
import io.retort.contract.maintenance.Factor;
import io.retort.contract.schema.Head;
import io.retort.contract.schema.RegressionHead;
import io.retort.gateway.assessment.Assessment;
import io.retort.gateway.assessment.Assessments;
import io.retort.gateway.assessment.BodyTooLargeException;
import io.retort.gateway.assessment.CaptureBuilder;
import io.retort.gateway.assessment.Door;
import io.retort.gateway.assessment.Payloads;
import io.retort.gateway.inference.Model;
import io.retort.gateway.inference.Models;
import io.retort.gateway.streaming.ItemJson;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/// Either all machines of a request are ranked, or none: a plan with a gap would be a wrong one.
@RestController
final class MaintenanceController {

    /// Station of captures, which all are of this request.
    private static final String STATION = "maintenance";

    private final Models models;
    private final Assessments assessments;
    private final Clock clock;
    private final MaintenanceSettings settings;

    MaintenanceController(
            Models models, Assessments assessments, Clock clock, MaintenanceSettings settings) {
        this.models = models;
        this.assessments = assessments;
        this.clock = clock;
        this.settings = settings;
    }

    @PostMapping(path = "/api/v1/maintenance", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "planMaintenance",
            summary = "Ranks machines by how urgently they need their mechanic",
            description =
                    """
                    urgency = 0.4 wear + 0.3 (1 - alignment) + 0.3 lubrication, where lubrication \
                    is the need of it. A machine has these three, each from 0 to 1, or "captures" \
                    ("image" in base64, or "modalities" by name) that a model with heads of these \
                    names reads them from; of several captures the mean counts.\
                    """,
            requestBody =
                    @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                                            schema = @Schema(implementation = Fleet.class))))
    Plan plan(HttpServletRequest request) throws IOException {
        Fleet fleet = ItemJson.read(body(request), Fleet.class, "machines");
        List<Fleet.Sent> sent = fleet.sent(settings);
        if (sent.stream().noneMatch(machine -> machine instanceof Fleet.Sent.Seen)) {
            return Plan.of(
                    sent.stream().map(machine -> known(null, machine)).toList(),
                    settings,
                    null,
                    clock.instant());
        }
        try (Models.Lease lease = models.lease()) {
            Model model = lease.model();
            requireHeads(model);
            return Plan.of(
                    sent.stream().map(machine -> known(model, machine)).toList(),
                    settings,
                    new Plan.Reader(
                            model.version().model(),
                            model.version().version(),
                            model.version().digest()),
                    clock.instant());
        }
    }

    /// @param model there where the machine was seen
    private Plan.Known known(@Nullable Model model, Fleet.Sent machine) {
        return switch (machine) {
            case Fleet.Sent.Known known -> new Plan.Known(known.id(), known.condition(), 0);
            case Fleet.Sent.Seen seen -> read(Objects.requireNonNull(model), seen);
        };
    }

    private Plan.Known read(Model model, Fleet.Sent.Seen machine) {
        Map<Factor, Double> sums = new EnumMap<>(Factor.class);
        List<Payloads> captures = machine.captures();
        for (int i = 0; i < captures.size(); i++) {
            Assessment assessment =
                    assess(model, captures.get(i), machine.field() + ".captures[" + i + "]");
            for (Factor factor : Factor.values()) {
                sums.merge(
                        factor,
                        Objects.requireNonNull(assessment.regressions().get(factor.head())),
                        Double::sum);
            }
        }
        return new Plan.Known(
                machine.id(),
                new Condition(
                        mean(sums, Factor.WEAR, captures.size()),
                        mean(sums, Factor.ALIGNMENT, captures.size()),
                        mean(sums, Factor.LUBRICATION, captures.size())),
                captures.size());
    }

    /// @param field of the capture in the request, which is its id too
    private Assessment assess(Model model, Payloads payloads, String field) {
        try {
            CaptureBuilder capture =
                    new CaptureBuilder(model.schema(), field, STATION, clock.instant());
            payloads.accept(capture);
            return assessments.assess(model, capture.build(), Door.MAINTENANCE);
        } catch (InvalidRecordException e) {
            throw e.within(field);
        }
    }

    private static double mean(Map<Factor, Double> sums, Factor factor, int count) {
        // A mean of values in [0, 1] may round to a hair above it.
        return Math.clamp(Objects.requireNonNull(sums.get(factor)) / count, 0, 1);
    }

    private static void requireHeads(Model model) {
        Map<String, Head> heads = model.schema().heads();
        List<String> missing = new ArrayList<>();
        for (Factor factor : Factor.values()) {
            if (!(heads.get(factor.head()) instanceof RegressionHead head
                    && head.minimum() >= 0
                    && head.maximum() <= 1)) {
                missing.add(factor.head());
            }
        }
        if (!missing.isEmpty()) {
            throw new MissingHeadsException(
                    "%s %d".formatted(model.version().model(), model.version().version()),
                    missing,
                    heads.keySet());
        }
    }

    private byte[] body(HttpServletRequest request) throws IOException {
        int limit = Math.toIntExact(settings.largestBody().toBytes());
        byte[] body = request.getInputStream().readNBytes(limit + 1);
        if (body.length > limit) {
            throw new BodyTooLargeException(limit);
        }
        return body;
    }
}
