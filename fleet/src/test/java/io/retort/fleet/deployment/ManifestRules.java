package io.retort.fleet.deployment;

import io.fabric8.kubernetes.api.model.Capabilities;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.retort.fleet.deployment.Manifests.Workload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What has to be right between manifests, and between them and the services, which no API server
/// looks at or only when a pod starts.
final class ManifestRules {

    /// Graceful shutdown has two phases that may take their whole time: requests, then consumers.
    private static final int PHASES = 2;

    private static final double HEAP_AND_BUFFERS = 0.75;
    private static final Pattern HEAP = Pattern.compile("-XX:MaxRAMPercentage=([0-9.]+)");
    private static final Pattern DIRECT = Pattern.compile("-XX:MaxDirectMemorySize=([0-9]+)m");

    private final Manifests manifests;
    private final Set<String> externalSecrets;
    private final Path root;
    private final Map<String, String> given;
    private final List<String> problems = new ArrayList<>();

    private ManifestRules(Manifests manifests, Set<String> externalSecrets, Path root) {
        this.manifests = manifests;
        this.externalSecrets = externalSecrets;
        this.root = root;
        this.given = given(root.resolve("Dockerfile"));
    }

    /// @param externalSecrets that the operations team makes
    /// @param root of the repository, where the services' settings are
    /// @return a sentence about each thing that is wrong
    static List<String> problems(Manifests manifests, Set<String> externalSecrets, Path root) {
        ManifestRules rules = new ManifestRules(manifests, externalSecrets, root);
        rules.check();
        return rules.problems;
    }

    private void check() {
        namespaces();
        manifests.workloads().forEach(this::workload);
        services();
        budgets();
        policies();
        monitors();
        autoscalers();
    }

    private void wrong(String sentence, Object... with) {
        problems.add(sentence.formatted(with));
    }

    private void namespaces() {
        for (Namespace namespace : manifests.all(Namespace.class)) {
            String level =
                    labels(namespace.getMetadata().getLabels())
                            .get("pod-security.kubernetes.io/enforce");
            if (!"restricted".equals(level)) {
                wrong(
                        "Namespace %s does not enforce the restricted profile",
                        namespace.getMetadata().getName());
            }
        }
    }

    private void workload(Workload workload) {
        if (!selects(workload.selector(), workload)) {
            wrong("%s does not select its own pods", workload);
        }
        PodSpec pod = workload.template().getSpec();
        account(workload, pod);
        restricted(workload, pod);
        volumes(workload, pod);
        spread(workload, pod);
        rollout(workload);
        if (workload.resource() instanceof StatefulSet set
                && !manifests.names(Service.class).contains(set.getSpec().getServiceName())) {
            wrong("%s names no Service that is there", workload);
        }
        for (Container container : pod.getContainers()) {
            resources(workload, container);
            memory(workload, container);
            image(workload, container);
            restricted(workload, container);
            environment(workload, container);
            mounts(workload, pod, container);
            settings(workload, pod, container);
        }
    }

    private void account(Workload workload, PodSpec pod) {
        String name = pod.getServiceAccountName();
        if (!manifests.names(ServiceAccount.class).contains(String.valueOf(name))) {
            wrong("%s has no ServiceAccount %s", workload, name);
        }
        if (!Boolean.FALSE.equals(pod.getAutomountServiceAccountToken())) {
            wrong("%s mounts the token of its ServiceAccount", workload);
        }
    }

    private void restricted(Workload workload, PodSpec pod) {
        PodSecurityContext security = pod.getSecurityContext();
        if (security == null
                || !Boolean.TRUE.equals(security.getRunAsNonRoot())
                || !Objects.equals(security.getRunAsUser(), 10001L)
                || security.getSeccompProfile() == null
                || !"RuntimeDefault".equals(security.getSeccompProfile().getType())) {
            wrong("%s: the pod is not restricted to 10001 and RuntimeDefault", workload);
        }
        if (Stream.of(pod.getHostNetwork(), pod.getHostPID(), pod.getHostIPC())
                .anyMatch(Boolean.TRUE::equals)) {
            wrong("%s: the pod shares a namespace of its node", workload);
        }
    }

    private void restricted(Workload workload, Container container) {
        SecurityContext security = container.getSecurityContext();
        Capabilities capabilities = security == null ? null : security.getCapabilities();
        if (security == null
                || !Boolean.FALSE.equals(security.getAllowPrivilegeEscalation())
                || !Boolean.TRUE.equals(security.getReadOnlyRootFilesystem())
                || Boolean.TRUE.equals(security.getPrivileged())
                || capabilities == null
                || !capabilities.getDrop().equals(List.of("ALL"))
                || !capabilities.getAdd().isEmpty()) {
            wrong("%s: container %s is not restricted", workload, container.getName());
        }
        if (container.getPorts().stream().anyMatch(port -> port.getHostPort() != null)) {
            wrong("%s: container %s takes a port of its node", workload, container.getName());
        }
    }

    private void volumes(Workload workload, PodSpec pod) {
        for (Volume volume : pod.getVolumes()) {
            if (volume.getConfigMap() != null) {
                configMap(workload, volume.getConfigMap().getName(), null);
            } else if (volume.getSecret() != null) {
                secret(workload, volume.getSecret().getSecretName());
            } else if (volume.getProjected() != null) {
                for (VolumeProjection source : volume.getProjected().getSources()) {
                    if (source.getSecret() != null) {
                        secret(workload, source.getSecret().getName());
                    }
                    if (source.getConfigMap() != null) {
                        configMap(workload, source.getConfigMap().getName(), null);
                    }
                }
            } else if (volume.getPersistentVolumeClaim() != null) {
                String claim = volume.getPersistentVolumeClaim().getClaimName();
                if (!manifests.names(PersistentVolumeClaim.class).contains(claim)) {
                    wrong("%s: there is no PersistentVolumeClaim %s", workload, claim);
                }
            } else if (volume.getEmptyDir() != null) {
                if (volume.getEmptyDir().getSizeLimit() == null) {
                    wrong("%s: the emptyDir %s has no limit", workload, volume.getName());
                }
            } else {
                wrong(
                        "%s: the restricted profile has no volume like %s",
                        workload, volume.getName());
            }
        }
    }

    private void mounts(Workload workload, PodSpec pod, Container container) {
        Set<String> volumes = new HashSet<>(workload.claimTemplates());
        pod.getVolumes().forEach(volume -> volumes.add(volume.getName()));
        container
                .getVolumeMounts()
                .forEach(mount -> {
                    if (!volumes.contains(mount.getName())) {
                        wrong("%s mounts no volume that is there: %s", workload, mount.getName());
                    }
                });
    }

    private void environment(Workload workload, Container container) {
        Set<String> names = new HashSet<>();
        for (EnvVar variable : container.getEnv()) {
            if (!names.add(variable.getName())) {
                wrong("%s sets %s twice", workload, variable.getName());
            }
            String value = given.get(variable.getName());
            if (value != null && !value.equals(variable.getValue())) {
                wrong("%s sets %s otherwise than its image", workload, variable.getName());
            }
            var from = variable.getValueFrom();
            if (from != null && from.getSecretKeyRef() != null) {
                secret(workload, from.getSecretKeyRef().getName());
            }
            if (from != null && from.getConfigMapKeyRef() != null) {
                configMap(
                        workload,
                        from.getConfigMapKeyRef().getName(),
                        from.getConfigMapKeyRef().getKey());
            }
        }
    }

    /// What every image is given in the end: where it keeps its libraries, among others.
    private static Map<String, String> given(Path dockerfile) {
        String text;
        try {
            text = Files.readString(dockerfile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> variables = new HashMap<>();
        text.substring(text.lastIndexOf("\nFROM "))
                .replace("\\\n", " ")
                .lines()
                .filter(line -> line.startsWith("ENV "))
                .flatMap(line -> Stream.of(line.substring(4).trim().split("\\s+")))
                .map(pair -> pair.split("=", 2))
                .forEach(pair -> variables.put(pair[0], pair[1]));
        return variables;
    }

    private void secret(Workload workload, String name) {
        if (!manifests.names(Secret.class).contains(name) && !externalSecrets.contains(name)) {
            wrong("%s: nobody makes the Secret %s", workload, name);
        }
    }

    private void configMap(Workload workload, String name, @Nullable String key) {
        ConfigMap map = configMap(name);
        if (map == null) {
            wrong("%s: there is no ConfigMap %s", workload, name);
        } else if (key != null && !map.getData().containsKey(key)) {
            wrong("%s: the ConfigMap %s has no %s", workload, name, key);
        }
    }

    private @Nullable ConfigMap configMap(String name) {
        return manifests.all(ConfigMap.class).stream()
                .filter(map -> map.getMetadata().getName().equals(name))
                .findFirst()
                .orElse(null);
    }

    private void resources(Workload workload, Container container) {
        for (String kind : List.of("cpu", "memory")) {
            Quantity request =
                    container.getResources() == null
                            ? null
                            : container.getResources().getRequests().get(kind);
            Quantity limit =
                    container.getResources() == null
                            ? null
                            : container.getResources().getLimits().get(kind);
            if (request == null || limit == null) {
                wrong("%s: container %s names no %s", workload, container.getName(), kind);
            } else if (request.getNumericalAmount().compareTo(limit.getNumericalAmount()) > 0) {
                wrong(
                        "%s: container %s requests more %s than its limit",
                        workload, container.getName(), kind);
            }
        }
    }

    /// Buffers outside the heap may take as much as the heap where nothing is said of them, and are
    /// cleaned up only then. Classes, code, threads and native libraries need room beside both.
    private void memory(Workload workload, Container container) {
        Quantity limit =
                container.getResources() == null
                        ? null
                        : container.getResources().getLimits().get("memory");
        String options =
                container.getEnv().stream()
                        .filter(variable -> "JAVA_TOOL_OPTIONS".equals(variable.getName()))
                        .map(EnvVar::getValue)
                        .findFirst()
                        .orElse("");
        Matcher share = HEAP.matcher(options);
        if (limit == null || !share.find()) {
            return;
        }
        double whole = limit.getNumericalAmount().doubleValue();
        double heap = whole * Double.parseDouble(share.group(1)) / 100;
        Matcher direct = DIRECT.matcher(options);
        double buffers = direct.find() ? Long.parseLong(direct.group(1)) * 1024.0 * 1024 : heap;
        if (heap + buffers > whole * HEAP_AND_BUFFERS) {
            wrong(
                    "%s: heap and buffers may take all but %.0f %% of its memory",
                    workload, 100 - (heap + buffers) / whole * 100);
        }
    }

    private void image(Workload workload, Container container) {
        if (!String.valueOf(container.getImage())
                        .matches("[a-z0-9./:-]*retort/[a-z-]+:[A-Za-z0-9._-]+")
                || container.getImage().endsWith(":latest")) {
            wrong("%s: the image %s has no version", workload, container.getImage());
        }
    }

    private void spread(Workload workload, PodSpec pod) {
        pod.getTopologySpreadConstraints()
                .forEach(constraint -> {
                    if (!selects(constraint.getLabelSelector(), workload)) {
                        wrong("%s is not spread by its own labels", workload);
                    }
                    if (workload.resource() instanceof Deployment
                            && !constraint.getMatchLabelKeys().contains("pod-template-hash")) {
                        wrong("%s: an update counts the pods that it takes away", workload);
                    }
                });
    }

    private void rollout(Workload workload) {
        if (workload.resource() instanceof Deployment deployment) {
            var strategy = deployment.getSpec().getStrategy();
            boolean one = Objects.equals(deployment.getSpec().getReplicas(), 1);
            if (strategy == null
                    || (strategy.getRollingUpdate() == null
                            ? !(one && "Recreate".equals(strategy.getType()))
                            : !new IntOrString(0)
                                    .equals(strategy.getRollingUpdate().getMaxUnavailable()))) {
                wrong("%s takes pods away before others are ready", workload);
            }
        }
    }

    /// What a container is told, against what its service is set to.
    private void settings(Workload workload, PodSpec pod, Container container) {
        String service =
                String.valueOf(container.getImage())
                        .replaceAll(".*retort/", "")
                        .replaceAll(":.*", "");
        String over = over(pod, service);
        ServiceSettings settings = ServiceSettings.of(root, service, over);
        port(workload, container, "http", settings.port());
        port(workload, container, "management", settings.managementPort());
        if (settings.port() == settings.managementPort()) {
            wrong("%s has no management port of its own", workload);
        }
        probe(workload, "startup", container.getStartupProbe(), settings.probe("liveness"));
        probe(workload, "liveness", container.getLivenessProbe(), settings.probe("liveness"));
        probe(workload, "readiness", container.getReadinessProbe(), settings.probe("readiness"));
        shutdown(workload, pod, container, settings);
        members(workload, settings, over);
    }

    private String over(PodSpec pod, String service) {
        for (Volume volume : pod.getVolumes()) {
            ConfigMap map =
                    volume.getConfigMap() == null
                            ? null
                            : configMap(volume.getConfigMap().getName());
            if (map != null && map.getData().get(service + ".yaml") != null) {
                return Objects.requireNonNull(map.getData().get(service + ".yaml"));
            }
        }
        return "";
    }

    private void port(Workload workload, Container container, String name, int expected) {
        if (container.getPorts().stream()
                .noneMatch(port ->
                        name.equals(port.getName())
                                && Objects.equals(port.getContainerPort(), expected))) {
            wrong("%s: the service's port %s is %d", workload, name, expected);
        }
    }

    private void probe(Workload workload, String kind, @Nullable Probe probe, String expected) {
        if (probe == null || probe.getHttpGet() == null) {
            wrong("%s has no %s probe", workload, kind);
        } else if (!expected.equals(probe.getHttpGet().getPath())
                || !new IntOrString("management").equals(probe.getHttpGet().getPort())) {
            wrong("%s: the %s probe asks elsewhere than %s", workload, kind, expected);
        }
    }

    private void shutdown(
            Workload workload, PodSpec pod, Container container, ServiceSettings settings) {
        var lifecycle = container.getLifecycle();
        var stop = lifecycle == null ? null : lifecycle.getPreStop();
        if (stop == null || stop.getSleep() == null) {
            wrong("%s stops before its node's peers know", workload);
            return;
        }
        long needed = stop.getSleep().getSeconds() + PHASES * settings.shutdownPhase().toSeconds();
        Long grace = pod.getTerminationGracePeriodSeconds();
        if (!settings.value("server.shutdown", "graceful").equals("graceful")
                || grace == null
                || grace < needed) {
            wrong("%s needs %d s to stop", workload, needed);
        }
    }

    /// Two consumers with one name would throw each other out of their group.
    private void members(Workload workload, ServiceSettings settings, String over) {
        for (String binding : ServiceSettings.boundBy(over)) {
            if (!settings.bindings().containsKey(binding)) {
                wrong("%s: the service has no binding %s", workload, binding);
            }
        }
        if (settings.values().keySet().stream()
                .anyMatch(name ->
                        name.startsWith("spring.cloud.stream.kafka.binder.consumer-properties")
                                && name.endsWith("group.instance.id"))) {
            wrong("%s: all consumers would be one member", workload);
        }
        Map<String, String> members = new HashMap<>();
        settings.values()
                .forEach((name, value) -> {
                    if (name.endsWith(".configuration.group.instance.id")
                            && members.put(value, name) != null) {
                        wrong("%s: two consumers are the member %s", workload, value);
                    }
                });
    }

    private void services() {
        for (Service service : manifests.all(Service.class)) {
            String name = service.getMetadata().getName();
            List<Workload> pods = matching(selector(service.getSpec().getSelector()));
            if (pods.isEmpty()) {
                wrong("Service %s selects no pods", name);
            }
            for (ServicePort port : service.getSpec().getPorts()) {
                for (Workload workload : pods) {
                    if (port.getTargetPort() == null
                            || !hasPort(workload, port.getTargetPort().getStrVal())) {
                        wrong(
                                "Service %s: %s has no port %s",
                                name, workload, port.getTargetPort());
                    }
                }
            }
        }
    }

    private void budgets() {
        for (PodDisruptionBudget budget : manifests.all(PodDisruptionBudget.class)) {
            if (matching(budget.getSpec().getSelector()).isEmpty()) {
                wrong("PodDisruptionBudget %s selects no pods", budget.getMetadata().getName());
            }
        }
        for (Workload workload : manifests.workloads()) {
            boolean budgeted =
                    manifests.all(PodDisruptionBudget.class).stream()
                            .anyMatch(budget -> selects(budget.getSpec().getSelector(), workload));
            // How many pods a DaemonSet should have is nowhere to be asked, so none may be evicted.
            if (workload.resource() instanceof DaemonSet) {
                if (budgeted) {
                    wrong("%s cannot have a PodDisruptionBudget", workload);
                }
            } else if (!budgeted) {
                wrong("%s has no PodDisruptionBudget", workload);
            }
        }
    }

    private void policies() {
        List<NetworkPolicy> policies = manifests.all(NetworkPolicy.class);
        if (policies.stream()
                .noneMatch(policy ->
                        everything(policy.getSpec().getPodSelector())
                                && policy.getSpec()
                                        .getPolicyTypes()
                                        .containsAll(List.of("Ingress", "Egress"))
                                && policy.getSpec().getIngress().isEmpty()
                                && policy.getSpec().getEgress().isEmpty())) {
            wrong("no NetworkPolicy denies what others do not allow");
        }
        for (NetworkPolicy policy : policies) {
            String name = policy.getMetadata().getName();
            List<Workload> pods = matching(policy.getSpec().getPodSelector());
            if (pods.isEmpty()) {
                wrong("NetworkPolicy %s selects no pods", name);
            }
            policy.getSpec()
                    .getIngress()
                    .forEach(rule -> {
                        peers(name, rule.getFrom());
                        ports(name, rule.getPorts(), pods);
                    });
            policy.getSpec()
                    .getEgress()
                    .forEach(rule -> {
                        peers(name, rule.getTo());
                        ports(name, rule.getPorts(), own(rule.getTo()));
                    });
        }
    }

    private void peers(String policy, List<NetworkPolicyPeer> peers) {
        for (NetworkPolicyPeer peer : peers) {
            if (peer.getPodSelector() != null
                    && peer.getNamespaceSelector() == null
                    && matching(peer.getPodSelector()).isEmpty()) {
                wrong("NetworkPolicy %s speaks of pods that are not there", policy);
            }
        }
    }

    private List<Workload> own(List<NetworkPolicyPeer> peers) {
        return peers.stream()
                .filter(peer -> peer.getPodSelector() != null)
                .flatMap(peer -> matching(peer.getPodSelector()).stream())
                .toList();
    }

    private void ports(String policy, List<NetworkPolicyPort> ports, List<Workload> pods) {
        for (NetworkPolicyPort port : ports) {
            String name = port.getPort() == null ? null : port.getPort().getStrVal();
            if (name != null
                    && (pods.isEmpty() || !pods.stream().allMatch(pod -> hasPort(pod, name)))) {
                wrong("NetworkPolicy %s: no pod has a port %s", policy, name);
            }
        }
    }

    private void monitors() {
        for (PodMonitor monitor : manifests.all(PodMonitor.class)) {
            String name = monitor.getMetadata().getName();
            List<Workload> pods = matching(monitor.getSpec().getSelector());
            if (pods.size() != manifests.workloads().size()) {
                wrong("PodMonitor %s does not see every workload", name);
            }
            monitor.getSpec()
                    .getPodMetricsEndpoints()
                    .forEach(endpoint ->
                            pods.forEach(workload -> {
                                if (!hasPort(workload, endpoint.getPort())) {
                                    wrong(
                                            "PodMonitor %s: %s has no port %s",
                                            name, workload, endpoint.getPort());
                                }
                            }));
        }
    }

    private void autoscalers() {
        Set<String> scaled = new HashSet<>();
        for (HorizontalPodAutoscaler scaler : manifests.all(HorizontalPodAutoscaler.class)) {
            scaled(
                    "HorizontalPodAutoscaler " + scaler.getMetadata().getName(),
                    scaler.getSpec().getScaleTargetRef().getKind(),
                    scaler.getSpec().getScaleTargetRef().getName(),
                    scaled);
        }
        for (ScaledObject scaler : manifests.scaledObjects()) {
            ScaledObject.Target target = scaler.spec().scaleTargetRef();
            String name = "ScaledObject " + scaler.name();
            Workload workload =
                    scaled(
                            name,
                            Objects.requireNonNullElse(target.kind(), "Deployment"),
                            target.name(),
                            scaled);
            if (workload != null) {
                scaler.spec().triggers().forEach(trigger -> trigger(name, workload, trigger));
            }
        }
    }

    private @Nullable Workload scaled(String scaler, String kind, String name, Set<String> scaled) {
        for (Workload workload : manifests.workloads()) {
            if (workload.kind().equals(kind) && workload.name().equals(name)) {
                if (!scaled.add(workload.toString())) {
                    wrong("%s: something else scales %s too", scaler, workload);
                }
                Integer replicas =
                        switch (workload.resource()) {
                            case Deployment d -> d.getSpec().getReplicas();
                            case StatefulSet s -> s.getSpec().getReplicas();
                            default -> null;
                        };
                if (replicas != null) {
                    wrong("%s: %s says itself how many pods it has", scaler, workload);
                }
                return workload;
            }
        }
        wrong("%s scales no %s %s that is there", scaler, kind, name);
        return null;
    }

    private void trigger(String scaler, Workload workload, ScaledObject.Trigger trigger) {
        if (!trigger.type().equals("kafka")) {
            return;
        }
        PodSpec pod = workload.template().getSpec();
        String service =
                pod.getContainers()
                        .getFirst()
                        .getImage()
                        .replaceAll(".*retort/", "")
                        .replaceAll(":.*", "");
        ServiceSettings settings = ServiceSettings.of(root, service, over(pod, service));
        String topic = trigger.metadata().getOrDefault("topic", "");
        String group = trigger.metadata().getOrDefault("consumerGroup", "");
        if (settings.bindings().entrySet().stream()
                .noneMatch(binding ->
                        binding.getKey().contains("-in-")
                                && binding.getValue().equals(topic)
                                && settings.group(binding.getKey()).equals(group))) {
            wrong("%s: %s does not read %s as %s", scaler, workload, topic, group);
        }
    }

    private List<Workload> matching(@Nullable LabelSelector selector) {
        return manifests.workloads().stream().filter(w -> selects(selector, w)).toList();
    }

    private static boolean everything(@Nullable LabelSelector selector) {
        return selector != null
                && labels(selector.getMatchLabels()).isEmpty()
                && selector.getMatchExpressions().isEmpty();
    }

    private static boolean selects(@Nullable LabelSelector selector, Workload workload) {
        return selector != null
                && workload.labels()
                        .entrySet()
                        .containsAll(labels(selector.getMatchLabels()).entrySet())
                && selector.getMatchExpressions().stream()
                        .allMatch(expression -> fulfils(expression, workload.labels()));
    }

    private static boolean fulfils(
            LabelSelectorRequirement expression, Map<String, String> labels) {
        String value = labels.get(expression.getKey());
        return switch (expression.getOperator()) {
            case "In" -> value != null && expression.getValues().contains(value);
            case "NotIn" -> value == null || !expression.getValues().contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            default -> false;
        };
    }

    private static LabelSelector selector(@Nullable Map<String, String> labels) {
        LabelSelector selector = new LabelSelector();
        selector.setMatchLabels(labels(labels));
        return selector;
    }

    private static Map<String, String> labels(@Nullable Map<String, String> labels) {
        return Objects.requireNonNullElse(labels, Map.of());
    }

    private static boolean hasPort(Workload workload, @Nullable String name) {
        return workload.template().getSpec().getContainers().stream()
                .flatMap(container -> container.getPorts().stream())
                .map(ContainerPort::getName)
                .anyMatch(own -> own.equals(name));
    }
}
