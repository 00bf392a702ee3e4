package io.retort.fleet.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Breaks manifests that are right in one place at a time.
class ManifestRulesTests {

    private static final String RIGHT =
            """
            apiVersion: v1
            kind: Namespace
            metadata:
              name: retort
              labels: {pod-security.kubernetes.io/enforce: restricted}
            ---
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: scorers}
            automountServiceAccountToken: false
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings}
            data:
              brokers: kafka:9092
              teacher-service.yaml: |
                management.server.port: 9081
                spring:
                  cloud:
                    stream:
                      kafka:
                        bindings:
                          captures-in-0:
                            consumer.configuration.group.instance.id: a
                          annotations-in-0:
                            consumer.configuration.group.instance.id: b
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: entrance}
            spec:
              selector: {app: teacher}
              ports: [{name: http, port: 80, targetPort: http}]
            ---
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: teacher}
            spec:
              serviceName: entrance
              selector: {matchLabels: {app: teacher}}
              volumeClaimTemplates:
                - metadata: {name: data}
                  spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
              template:
                metadata: {labels: {app: teacher}}
                spec:
                  serviceAccountName: scorers
                  automountServiceAccountToken: false
                  securityContext:
                    runAsNonRoot: true
                    runAsUser: 10001
                    seccompProfile: {type: RuntimeDefault}
                  topologySpreadConstraints:
                    - topologyKey: zone
                      maxSkew: 1
                      whenUnsatisfiable: ScheduleAnyway
                      labelSelector: {matchLabels: {app: teacher}}
                  terminationGracePeriodSeconds: 60
                  containers:
                    - name: teacher
                      image: retort/teacher-service:1
                      env:
                        - name: BROKERS
                          valueFrom: {configMapKeyRef: {name: settings, key: brokers}}
                        - name: PASSWORD
                          valueFrom: {secretKeyRef: {name: outside, key: password}}
                      ports:
                        - {name: http, containerPort: 8081}
                        - {name: management, containerPort: 9081}
                      resources:
                        requests: {cpu: 500m, memory: 1Gi}
                        limits: {cpu: 1, memory: 1Gi}
                      startupProbe: {httpGet: {path: /actuator/health/liveness, port: management}}
                      livenessProbe: {httpGet: {path: /actuator/health/liveness, port: management}}
                      readinessProbe: {httpGet: {path: /actuator/health/readiness, port: management}}
                      lifecycle: {preStop: {sleep: {seconds: 5}}}
                      securityContext:
                        allowPrivilegeEscalation: false
                        readOnlyRootFilesystem: true
                        capabilities: {drop: [ALL]}
                      volumeMounts: [{name: data, mountPath: /data}]
                  volumes:
                    - {name: tmp, emptyDir: {sizeLimit: 1Gi}}
                    - {name: config, configMap: {name: settings}}
                    - {name: teachers, persistentVolumeClaim: {claimName: shared}}
                    - {name: access, secret: {secretName: outside}}
            ---
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: shared}
            spec: {accessModes: [ReadWriteMany], resources: {requests: {storage: 1Gi}}}
            ---
            apiVersion: policy/v1
            kind: PodDisruptionBudget
            metadata: {name: budget}
            spec: {maxUnavailable: 1, selector: {matchLabels: {app: teacher}}}
            ---
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: deny}
            spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
            ---
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: allow}
            spec:
              podSelector: {matchExpressions: [{key: app, operator: In, values: [teacher]}]}
              policyTypes: [Ingress]
              ingress:
                - from: [{podSelector: {matchLabels: {app: teacher}}}]
                  ports: [{port: http}]
            ---
            apiVersion: monitoring.coreos.com/v1
            kind: PodMonitor
            metadata: {name: metrics}
            spec:
              selector: {matchLabels: {app: teacher}}
              podMetricsEndpoints: [{port: management, path: /actuator/prometheus}]
            ---
            apiVersion: keda.sh/v1alpha1
            kind: ScaledObject
            metadata: {name: scale}
            spec:
              scaleTargetRef: {kind: StatefulSet, name: teacher}
              triggers:
                - type: kafka
                  metadata: {bootstrapServers: x, consumerGroup: teacher-service, topic: captures, lagThreshold: "1"}
            """;

    private static final String AUTOSCALER =
            """
            ---
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata: {name: another}
            spec: {maxReplicas: 2, scaleTargetRef: {apiVersion: apps/v1, kind: %s, name: teacher}}
            """;

    private static final String DEPLOYMENT =
            RIGHT.replace("kind: StatefulSet\nmetadata", "kind: Deployment\nmetadata")
                    .replace("kind: StatefulSet, name", "kind: Deployment, name")
                    .replace("  serviceName: entrance\n", "")
                    .replace(
                            "labelSelector: {matchLabels: {app: teacher}}\n",
                            """
                            labelSelector: {matchLabels: {app: teacher}}
                                      matchLabelKeys: [pod-template-hash]
                            """)
                    .replaceAll("(?s)  volumeClaimTemplates:.*?  template:", "  template:")
                    .replace(
                            "    - {name: tmp,",
                            "    - {name: data, emptyDir: {sizeLimit: 1Gi}}\n"
                                    + "        - {name: tmp,");

    @Test
    void whatIsRightHasNoProblems() {
        assertThat(problems(RIGHT)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    enforce: restricted                | enforce: baseline                  | does not enforce the restricted
                    labels: {app: teacher}}            | labels: {app: other}}              | does not select its own pods
                    selector: {app: teacher}           | selector: {app: other}             | Service entrance selects no pods
                    targetPort: http                   | targetPort: web                    | has no port
                    serviceName: entrance              | serviceName: exit                  | names no Service
                    key: brokers                       | key: borkers                       | has no borkers
                    - name: PASSWORD                   | - name: HOME                       | sets HOME otherwise than its image
                    configMap: {name: settings}        | configMap: {name: setting}         | there is no ConfigMap setting
                    secretName: outside                | secretName: forgotten              | nobody makes the Secret forgotten
                    {name: outside, key: password}     | {name: forgotten, key: password}   | nobody makes the Secret forgotten
                    serviceAccountName: scorers        | serviceAccountName: nobody         | has no ServiceAccount nobody
                    claimName: shared                  | claimName: own                     | no PersistentVolumeClaim own
                    {name: data, mountPath             | {name: date, mountPath             | mounts no volume
                    requests: {cpu: 500m               | requests: {cpu: 1001m              | requests more cpu than its limit
                    limits: {cpu: 1, memory: 1Gi}      | limits: {cpu: 1, memory: 1023Mi}   | requests more memory than its limit
                    limits: {cpu: 1, memory: 1Gi}      | limits: {cpu: 1}                   | names no memory
                    teacher-service:1                  | teacher-service:latest             | has no version
                    runAsUser: 10001                   | runAsUser: 0                       | not restricted to 10001
                    type: RuntimeDefault               | type: Unconfined                   | not restricted to 10001
                    allowPrivilegeEscalation: false    | allowPrivilegeEscalation: true     | container teacher is not restricted
                    readOnlyRootFilesystem: true       | readOnlyRootFilesystem: false      | container teacher is not restricted
                    drop: [ALL]                        | drop: [KILL]                       | container teacher is not restricted
                    drop: [ALL]                        | drop: [ALL], add: [NET_ADMIN]      | container teacher is not restricted
                    containerPort: 8081                | containerPort: 8081, hostPort: 80  | takes a port of its node
                    seconds: 5                         | seconds: 30                        | needs 70 s to stop
                    {preStop: {sleep: {seconds: 5}}}   | {}                                 | stops before its node's peers know
                    PeriodSeconds: 60                  | PeriodSeconds: 30                  | needs 45 s to stop
                    containerPort: 9081                | containerPort: 9082                | the service's port management is 9081
                    containerPort: 8081                | containerPort: 8080                | the service's port http is 8081
                    management.server.port: 9081       | management.server.port: 8081       | has no management port of its own
                    health/readiness                   | health/ready                       | the readiness probe asks elsewhere
                    readinessProbe: {httpGet: {path: /actuator/health/readiness, port: management}} | tty: false | has no readiness probe
                    startupProbe: {httpGet: {path: /actuator/health/liveness, port: management}}    | tty: false | has no startup probe
                    captures-in-0                      | capture-in-0                       | the service has no binding capture-in-0
                    group.instance.id: b               | group.instance.id: a               | two consumers are the member a
                    {name: tmp, emptyDir: {sizeLimit: 1Gi}} | {name: tmp, emptyDir: {}}     | has no limit
                    {name: tmp, emptyDir: {sizeLimit: 1Gi}} | {name: tmp, hostPath: {path: /tmp}} | has no volume like tmp
                    labelSelector: {matchLabels: {app: teacher}} | labelSelector: {matchLabels: {app: x}} | not spread by its own labels
                    maxUnavailable: 1, selector: {matchLabels: {app: teacher}} | maxUnavailable: 1, selector: {matchLabels: {app: x}} | PodDisruptionBudget budget selects no pods
                    podSelector: {}, policyTypes: [Ingress, Egress] | podSelector: {}, policyTypes: [Ingress] | no NetworkPolicy denies
                    operator: In, values: [teacher]    | operator: NotIn, values: [teacher] | NetworkPolicy allow selects no pods
                    from: [{podSelector: {matchLabels: {app: teacher}}}] | from: [{podSelector: {matchLabels: {app: x}}}] | speaks of pods that are not there
                    ports: [{port: http}]              | ports: [{port: web}]               | no pod has a port web
                    podMetricsEndpoints: [{port: management | podMetricsEndpoints: [{port: metrics | has no port metrics
                    name: metrics}\\nspec:\\n  selector: {matchLabels: {app: teacher}} | name: metrics}\\nspec:\\n  selector: {matchLabels: {app: x}} | does not see every workload
                    {kind: StatefulSet, name: teacher} | {kind: StatefulSet, name: pupil}   | scales no StatefulSet pupil
                    consumerGroup: teacher-service     | consumerGroup: teachers            | does not read captures as teachers
                    topic: captures                    | topic: soft-targets                | does not read soft-targets
                    serviceName: entrance              | serviceName: entrance\\n  replicas: 2 | says itself how many pods
                    """)
    void whatIsWrongIsSaid(String right, String wrong, String sentence) {
        String before = right.replace("\\n", "\n");
        assertThat(RIGHT).contains(before);

        assertThat(problems(RIGHT.replace(before, wrong.replace("\\n", "\n"))))
                .as("problems")
                .anyMatch(problem -> problem.contains(sentence));
    }

    @Test
    void twoAutoscalersOfOneWorkloadAreWrong() {
        assertThat(problems(RIGHT + AUTOSCALER.formatted("StatefulSet")))
                .anyMatch(problem -> problem.contains("something else scales StatefulSet teacher"));
        assertThat(problems(RIGHT + AUTOSCALER.formatted("Deployment")))
                .anyMatch(problem -> problem.contains("scales no Deployment teacher"));
    }

    @Test
    void aDeploymentKeepsItsPodsUntilOthersAreReady() {
        String rolling =
                DEPLOYMENT.replace(
                        "  template:\n",
                        "  strategy: {rollingUpdate: {maxUnavailable: 0}}\n  template:\n");

        assertThat(problems(rolling)).isEmpty();
        assertThat(problems(rolling.replace("maxUnavailable: 0", "maxUnavailable: 1")))
                .containsExactly("Deployment teacher takes pods away before others are ready");
        assertThat(problems(DEPLOYMENT))
                .containsExactly("Deployment teacher takes pods away before others are ready");
    }

    @Test
    void whatAnUpdateOfADeploymentBringsIsSpreadByItself() {
        String hash = "          matchLabelKeys: [pod-template-hash]\n";
        assertThat(DEPLOYMENT).contains(hash);

        assertThat(problems(DEPLOYMENT.replace(hash, "")))
                .contains("Deployment teacher: an update counts the pods that it takes away");
    }

    @ParameterizedTest
    @CsvSource({
        "-XX:MaxRAMPercentage=40, false",
        "-XX:MaxRAMPercentage=40 -XX:MaxDirectMemorySize=256m, true",
        "-XX:MaxRAMPercentage=25, true"
    })
    void memoryIsLeftBesideTheHeapAndItsBuffers(String options, boolean right) {
        String password = "- name: PASSWORD";
        String told =
                RIGHT.replace(
                        password,
                        "- {name: JAVA_TOOL_OPTIONS, value: %s}\n            %s"
                                .formatted(options, password));
        assertThat(told).isNotEqualTo(RIGHT);

        assertThat(problems(told).isEmpty()).isEqualTo(right);
    }

    @Test
    void aDaemonSetHasNoBudget() {
        String budget = "selector: {matchLabels: {app: teacher}}}\n---\napiVersion: networking";
        String daemons =
                DEPLOYMENT.replace("kind: Deployment\nmetadata", "kind: DaemonSet\nmetadata");
        assertThat(daemons).contains(budget);

        assertThat(problems(daemons))
                .contains("DaemonSet teacher cannot have a PodDisruptionBudget");
        assertThat(problems(daemons.replace(budget, budget.replace("teacher", "x"))))
                .noneMatch(problem -> problem.startsWith("DaemonSet teacher"));
    }

    @Test
    void aMemberForTheWholeServiceIsWrong() {
        String wrong =
                RIGHT.replace(
                        "bindings:",
                        "binder.consumer-properties: {group.instance.id: a}\n            bindings:");
        assertThat(wrong).isNotEqualTo(RIGHT);

        assertThat(problems(wrong))
                .contains("StatefulSet teacher: all consumers would be one member");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    serviceName: entrance       | servicename: entrance          | servicename
                    whenUnsatisfiable:          | whenUnsatisfied:               | whenUnsatisfied
                    seccompProfile: {type:      | seccompProfile: {kind:         | kind
                    maxSkew: 1                  | maxSkew: one                   | one
                    {maxUnavailable: 1,         | {maxAvailable: 1,              | maxAvailable
                    scaleTargetRef: {kind:      | scaleTarget: {kind:            | scaleTarget
                    lagThreshold:               | lagTreshold:                   | lagTreshold
                    podMetricsEndpoints:        | podMetricEndpoints:            | podMetricEndpoints
                    kind: Namespace             | kind: Pod                      | v1/Pod
                    requests: {cpu: 500m        | request: {cpu: 500m            | request
                    PeriodSeconds: 60           | PeriodSeconds: 60, terminationGracePeriodSeconds: 60 | not YAML
                    """)
    void whatNoTypeKnowsIsRefused(String right, String wrong, String named) {
        assertThat(RIGHT).contains(right);

        assertThatThrownBy(() -> Manifests.parse(RIGHT.replace(right, wrong)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(named);
    }

    @Test
    void aKeyThatIsSaidTwiceIsRefused() {
        String twice =
                RIGHT.replace(
                        "  serviceName: entrance\n", "  serviceName: entrance\n  serviceName: x\n");

        assertThatThrownBy(() -> Manifests.parse(twice))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("serviceName");
    }

    private static List<String> problems(String yaml) {
        return ManifestRules.problems(Manifests.parse(yaml), Set.of("outside"), Overlay.ROOT);
    }
}
