package io.retort.fleet.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ManifestTests {

    static List<String> overlays() {
        return Overlay.ALL;
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void anOverlayFitsTogetherAndFitsTheServices(String overlay) throws Exception {
        Manifests manifests = Manifests.parse(Overlay.render(overlay));

        assertThat(manifests.workloads()).isNotEmpty();
        assertThat(ManifestRules.problems(manifests, Overlay.SECRETS, Overlay.ROOT)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void anOverlayStaysInItsNamespaceAndHoldsNoSecret(String overlay) throws Exception {
        Manifests manifests = Manifests.parse(Overlay.render(overlay));

        assertThat(manifests.resources())
                .allSatisfy(resource -> {
                    assertThat(resource.getKind()).isNotEqualTo("Secret");
                    if (!Set.of("Namespace", "PersistentVolume").contains(resource.getKind())) {
                        assertThat(resource.getMetadata().getNamespace())
                                .as("%s %s", resource.getKind(), resource.getMetadata().getName())
                                .isEqualTo("retort");
                    }
                });
    }

    @Test
    void everyOverlayThatIsThereIsLookedAt() throws IOException {
        try (Stream<Path> folders = Files.list(Overlay.ROOT.resolve("k8s/overlays"))) {
            assertThat(folders.map(folder -> folder.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(Overlay.ALL);
        }
    }

    @Test
    void thePlantHoldsTheAlertRulesThatComposeHas() throws Exception {
        List<PrometheusRule> rules =
                Manifests.parse(Overlay.render("plant")).all(PrometheusRule.class);
        List<Object> inCluster = new ArrayList<>();
        for (PrometheusRule rule : rules) {
            rule.getSpec().getGroups().forEach(inCluster::add);
        }
        List<Object> inFiles = new ArrayList<>();
        try (Stream<Path> files = Files.list(AlertTests.RULES)) {
            for (Path file : files.toList()) {
                PrometheusRule same =
                        StrictYaml.as(
                                PrometheusRule.class,
                                StrictYaml.tree("spec:\n" + Files.readString(file).indent(2)));
                same.getSpec().getGroups().forEach(inFiles::add);
            }
        }

        assertThat(inCluster)
                .as("made from the files by .ci/prometheus-rules")
                .isNotEmpty()
                .containsExactlyInAnyOrderElementsOf(inFiles);
    }

    @Test
    void thePlantHoldsEveryDashboard() throws Exception {
        Set<String> held = new TreeSet<>();
        Manifests.parse(Overlay.render("plant")).all(ConfigMap.class).stream()
                .filter(map ->
                        map.getMetadata().getLabels() != null
                                && "1"
                                        .equals(
                                                map.getMetadata()
                                                        .getLabels()
                                                        .get("grafana_dashboard")))
                .forEach(map -> held.addAll(map.getData().keySet()));

        assertThat(held).containsExactlyElementsOf(new TreeSet<>(DashboardTests.files()));
    }
}
