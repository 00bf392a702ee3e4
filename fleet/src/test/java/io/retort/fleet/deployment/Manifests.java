package io.retort.fleet.deployment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// What an overlay renders to, each document as the type that Kubernetes, KEDA or the Prometheus
/// operator has for it.
final class Manifests {

    private static final Map<String, Class<? extends HasMetadata>> KINDS =
            Map.ofEntries(
                    Map.entry("v1/Namespace", Namespace.class),
                    Map.entry("v1/ConfigMap", ConfigMap.class),
                    Map.entry("v1/Secret", Secret.class),
                    Map.entry("v1/Service", Service.class),
                    Map.entry("v1/ServiceAccount", ServiceAccount.class),
                    Map.entry("v1/PersistentVolume", PersistentVolume.class),
                    Map.entry("v1/PersistentVolumeClaim", PersistentVolumeClaim.class),
                    Map.entry("apps/v1/Deployment", Deployment.class),
                    Map.entry("apps/v1/StatefulSet", StatefulSet.class),
                    Map.entry("apps/v1/DaemonSet", DaemonSet.class),
                    Map.entry("policy/v1/PodDisruptionBudget", PodDisruptionBudget.class),
                    Map.entry(
                            "autoscaling/v2/HorizontalPodAutoscaler",
                            HorizontalPodAutoscaler.class),
                    Map.entry("networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class),
                    Map.entry("monitoring.coreos.com/v1/PodMonitor", PodMonitor.class),
                    Map.entry("monitoring.coreos.com/v1/PrometheusRule", PrometheusRule.class));

    private final List<HasMetadata> resources = new ArrayList<>();
    private final List<ScaledObject> scaledObjects = new ArrayList<>();

    /// @throws IllegalArgumentException naming the document and the field
    static Manifests parse(String yaml) {
        Manifests manifests = new Manifests();
        StrictYaml.documents(yaml).forEach(manifests::add);
        return manifests;
    }

    private void add(ObjectNode document) {
        String kind = document.path("apiVersion").asText() + "/" + document.path("kind").asText();
        if (kind.equals("keda.sh/v1alpha1/ScaledObject")) {
            scaledObjects.add(StrictYaml.as(ScaledObject.class, document));
            return;
        }
        Class<? extends HasMetadata> type = KINDS.get(kind);
        if (type == null) {
            throw new IllegalArgumentException("no manifest may be a " + kind);
        }
        resources.add(StrictYaml.as(type, document));
    }

    /// Something that runs pods.
    ///
    /// @param claimTemplates names of the volumes that each pod gets for itself
    record Workload(
            HasMetadata resource,
            LabelSelector selector,
            PodTemplateSpec template,
            List<String> claimTemplates) {

        String kind() {
            return resource.getKind();
        }

        String name() {
            return resource.getMetadata().getName();
        }

        Map<String, String> labels() {
            return Objects.requireNonNullElse(template.getMetadata().getLabels(), Map.of());
        }

        @Override
        public String toString() {
            return kind() + " " + name();
        }
    }

    List<Workload> workloads() {
        return resources.stream().map(Manifests::workload).flatMap(Optional::stream).toList();
    }

    private static Optional<Workload> workload(HasMetadata resource) {
        return switch (resource) {
            case Deployment d ->
                    Optional.of(
                            new Workload(
                                    d,
                                    d.getSpec().getSelector(),
                                    d.getSpec().getTemplate(),
                                    List.of()));
            case StatefulSet s ->
                    Optional.of(
                            new Workload(
                                    s,
                                    s.getSpec().getSelector(),
                                    s.getSpec().getTemplate(),
                                    s.getSpec().getVolumeClaimTemplates().stream()
                                            .map(claim -> claim.getMetadata().getName())
                                            .toList()));
            case DaemonSet d ->
                    Optional.of(
                            new Workload(
                                    d,
                                    d.getSpec().getSelector(),
                                    d.getSpec().getTemplate(),
                                    List.of()));
            default -> Optional.empty();
        };
    }

    <T extends HasMetadata> List<T> all(Class<T> type) {
        return stream(type).toList();
    }

    <T extends HasMetadata> List<String> names(Class<T> type) {
        return stream(type).map(resource -> resource.getMetadata().getName()).toList();
    }

    <T extends HasMetadata, V> List<V> each(Class<T> type, Function<T, V> value) {
        return stream(type).map(value).toList();
    }

    List<HasMetadata> resources() {
        return resources;
    }

    List<ScaledObject> scaledObjects() {
        return scaledObjects;
    }

    private <T extends HasMetadata> Stream<T> stream(Class<T> type) {
        return resources.stream().filter(type::isInstance).map(type::cast);
    }
}
