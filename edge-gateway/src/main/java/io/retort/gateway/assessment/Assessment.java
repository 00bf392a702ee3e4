package io.retort.gateway.assessment;

import io.retort.contract.Times;
import io.retort.contract.v1.Decision;
import io.retort.gateway.routing.Placement;
import io.retort.gateway.routing.Route;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonSerialize;

/// What the model in use says about one capture: the answer of REST, and of Kafka as a [Decision].
///
/// @param id of the capture
/// @param material the classification head of this name, if the model has one; so are degradation
///   and quality, a regression head
/// @param classifications by head
/// @param regressions by head, clipped to the head's range
/// @param route null without a quality
/// @param routing where the item goes, and why
/// @param novel unlike what the release was examined on
/// @param confidence probability of the first classification head's winner, null without one
/// @param digest SHA-256 of the ONNX file, in hex
public record Assessment(
        String id,
        String station,
        @Nullable Classified material,
        @Nullable Classified degradation,
        @Nullable Double quality,
        Map<String, Classified> classifications,
        Map<String, Double> regressions,
        @Nullable Route route,
        Placement routing,
        boolean novel,
        @JsonSerialize(using = ProbabilityJson.class) @Nullable Double confidence,
        String model,
        int version,
        String digest,
        Instant decidedAt) {

    Decision decision() {
        Decision.Builder decision =
                Decision.newBuilder()
                        .setCaptureId(id)
                        .setStation(station)
                        .setDecidedAt(Times.timestamp(decidedAt))
                        .putAllRegressions(regressions)
                        .setRoute(route == null ? Decision.Route.ROUTE_UNSPECIFIED : route.wire())
                        .setConfidence(confidence == null ? 0 : confidence)
                        .setModel(model)
                        .setModelVersion(version)
                        .setModelDigest(digest)
                        .setRoutingReason(routing.reason())
                        .setNovel(novel);
        if (routing.bin() != null) {
            decision.setBin(routing.bin());
        }
        if (routing.expectedValue() != null) {
            decision.setExpectedValue(routing.expectedValue());
        }
        classifications.forEach(
                (head, classified) -> decision.putClassifications(head, classified.wire()));
        return decision.build();
    }
}
