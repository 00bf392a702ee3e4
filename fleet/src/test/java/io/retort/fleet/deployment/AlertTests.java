package io.retort.fleet.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AlertTests {

    static final Path RULES = Overlay.ROOT.resolve("observability/prometheus/rules");

    private static final Path TESTS = RULES.resolveSibling("tests");
    private static final Path RUNBOOKS = Overlay.ROOT.resolve("docs/operations/runbooks");
    private static final String NO_PROMTOOL = "promtool is not installed: rules are not checked";

    @Test
    void prometheusReadsTheRulesAndTheConfiguration() throws Exception {
        assertThat(promtool("check", "config", RULES.resolveSibling("prometheus.yml").toString()))
                .contains("SUCCESS");
    }

    @Test
    void everyRuleFiresWhereItShouldAndIsQuietWhereItShould() throws Exception {
        List<String> arguments = new ArrayList<>(List.of("test", "rules"));
        files(TESTS).forEach(file -> arguments.add(file.toString()));

        assertThat(promtool(arguments.toArray(String[]::new))).doesNotContain("FAILED");
    }

    @Test
    void everyAlertHasATestThatItFiresAndOneThatItDoesNot() throws IOException {
        Set<String> fires = new TreeSet<>();
        Set<String> stays = new TreeSet<>();
        for (Path file : files(TESTS)) {
            for (JsonNode test : StrictYaml.tree(Files.readString(file)).path("tests")) {
                for (JsonNode expected : test.path("alert_rule_test")) {
                    (expected.path("exp_alerts").isEmpty() ? stays : fires)
                            .add(expected.path("alertname").asText());
                }
            }
        }

        assertThat(fires).isEqualTo(alerts());
        assertThat(stays).isEqualTo(alerts());
    }

    @Test
    void everyAlertHasAPageThatSaysWhatToDo() throws IOException {
        Set<String> pages = new TreeSet<>();
        try (Stream<Path> files = Files.list(RUNBOOKS)) {
            for (Path file : files.filter(f -> !f.endsWith("README.md")).toList()) {
                String name = file.getFileName().toString().replace(".md", "");
                pages.add(name);
                assertThat(Files.readString(file))
                        .as(name)
                        .startsWith("# " + name + "\n")
                        .contains(
                                "\n## What it means\n", "\n## How to look\n", "\n## What to do\n");
            }
        }

        assertThat(pages).isEqualTo(alerts());
    }

    @Test
    void everyAlertSaysHowBadItIsAndWhatTheMatterIs() throws IOException {
        for (JsonNode rule : rules()) {
            assertThat(rule.at("/labels/severity").asText())
                    .as(rule.path("alert").asText())
                    .isIn("critical", "warning", "info");
            assertThat(rule.at("/annotations/summary").asText()).isNotBlank();
            assertThat(rule.at("/annotations/description").asText()).endsWith(".");
        }
    }

    static List<JsonNode> rules() throws IOException {
        List<JsonNode> rules = new ArrayList<>();
        for (Path file : files(RULES)) {
            for (JsonNode group : StrictYaml.tree(Files.readString(file)).path("groups")) {
                group.path("rules").forEach(rules::add);
            }
        }
        assertThat(rules).isNotEmpty();
        return rules;
    }

    private static Set<String> alerts() throws IOException {
        Set<String> alerts = new TreeSet<>();
        rules().forEach(rule -> alerts.add(rule.path("alert").asText()));
        return alerts;
    }

    static String promtool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        return Overlay.run(NO_PROMTOOL, command.toArray(String[]::new));
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}
