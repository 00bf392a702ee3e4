package io.retort.fleet.deployment;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBehavior;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// KEDA's resource as its reference describes it (keda.sh/docs/2.17/reference/scaledobject-spec),
/// with the fields that are in use here.
record ScaledObject(String apiVersion, String kind, ObjectMeta metadata, Spec spec) {

    record Spec(
            Target scaleTargetRef,
            @Nullable Integer pollingInterval,
            @Nullable Integer cooldownPeriod,
            @Nullable Integer minReplicaCount,
            @Nullable Integer maxReplicaCount,
            @Nullable Advanced advanced,
            List<Trigger> triggers) {}

    record Target(@Nullable String apiVersion, @Nullable String kind, String name) {}

    record Advanced(Autoscaler horizontalPodAutoscalerConfig) {}

    record Autoscaler(HorizontalPodAutoscalerBehavior behavior) {}

    record Trigger(String type, Map<String, String> metadata) {

        private static final Map<String, List<String>> KNOWN =
                Map.of(
                        "kafka",
                        List.of(
                                "bootstrapServers",
                                "consumerGroup",
                                "topic",
                                "lagThreshold",
                                "activationLagThreshold",
                                "offsetResetPolicy",
                                "allowIdleConsumers",
                                "limitToPartitionsWithLag"),
                        "prometheus",
                        List.of("serverAddress", "query", "threshold", "activationThreshold"));

        Trigger {
            List<String> known = KNOWN.get(type);
            if (known == null || !known.containsAll(metadata.keySet())) {
                throw new IllegalArgumentException(
                        "a trigger of type %s has no %s".formatted(type, metadata.keySet()));
            }
        }
    }

    @JsonIgnore
    String name() {
        return metadata.getName();
    }
}
