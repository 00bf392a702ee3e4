package io.retort.fleet.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// Dashboards as files. With `-Dretort.prometheus=URL` also against a Prometheus that has scraped a
/// fleet at work: .ci/observability starts both.
class DashboardTests {

    private static final Path FOLDER = Overlay.ROOT.resolve("observability/grafana/dashboards");

    /// Names of metrics that services have, beside functions and labels.
    private static final Pattern METRIC =
            Pattern.compile(
                    "\\b(?:retort|http|jvm|process|disk|hikaricp|kafka|spring)_[a-z0-9_]+\\b|\\bup\\b");

    record Shown(String dashboard, String panel, String expression) {}

    static List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void dashboardsAndPanelsAreTellableApart() throws IOException {
        Set<String> dashboards = new HashSet<>();
        for (String file : files()) {
            JsonNode dashboard = StrictYaml.tree(Files.readString(FOLDER.resolve(file)));
            assertThat(dashboards.add(dashboard.path("uid").asText())).as(file).isTrue();
            Set<Integer> ids = new HashSet<>();
            for (JsonNode panel : dashboard.path("panels")) {
                String title = panel.path("title").asText();
                assertThat(ids.add(panel.path("id").asInt())).as(file + ": " + title).isTrue();
                assertThat(title).as(file).isNotBlank();
                assertThat(panel.path("targets")).as(file + ": " + title).isNotEmpty();
                assertThat(panel.at("/datasource/uid").asText()).isEqualTo("${prometheus}");
            }
        }
        assertThat(dashboards).hasSize(4);
    }

    @Test
    void everyExpressionParses(@TempDir Path folder) throws Exception {
        StringBuilder rules = new StringBuilder("groups:\n  - name: shown\n    rules:\n");
        List<Shown> shown = shown();
        for (int i = 0; i < shown.size(); i++) {
            rules.append(
                    "      - record: shown:%d\n        expr: '%s'\n"
                            .formatted(i, shown.get(i).expression().replace("'", "''")));
        }
        Path file = Files.writeString(folder.resolve("shown.yaml"), rules);

        assertThat(AlertTests.promtool("check", "rules", file.toString()))
                .contains(shown.size() + " rules found");
    }

    @Test
    @EnabledIfSystemProperty(
            named = "retort.prometheus",
            matches = ".+",
            disabledReason = "there is no Prometheus to ask: .ci/observability starts one")
    void everyExpressionHasDataWhereAFleetHasWorked() throws Exception {
        List<Shown> empty = new ArrayList<>();
        List<Shown> shown = shown();
        for (Shown one : shown) {
            if (values(one.expression()).isEmpty()) {
                empty.add(one);
            }
        }

        System.out.println(
                shown.size() - empty.size() + " of " + shown.size() + " expressions have data");
        assertThat(empty).as("expressions without data").isEmpty();
    }

    @Test
    @EnabledIfSystemProperty(
            named = "retort.prometheus",
            matches = ".+",
            disabledReason = "there is no Prometheus to ask: .ci/observability starts one")
    void everyMetricOfAnAlertIsThereAndNoAlertOfAFailureFires() throws Exception {
        Set<String> metrics = new TreeSet<>();
        for (JsonNode rule : AlertTests.rules()) {
            Matcher names = METRIC.matcher(rule.path("expr").asText());
            while (names.find()) {
                metrics.add(names.group());
            }
        }
        List<String> missing = new ArrayList<>();
        for (String metric : metrics) {
            if (values(metric).isEmpty()) {
                missing.add(metric);
            }
        }

        System.out.println(metrics.size() + " metrics of alerts asked for");
        assertThat(metrics).hasSizeGreaterThan(20);
        assertThat(missing).as("metrics of alerts that nobody has").isEmpty();
        assertThat(values("ALERTS{alertstate=\"firing\", severity=\"critical\"}")).isEmpty();
    }

    private static List<Shown> shown() throws IOException {
        List<Shown> shown = new ArrayList<>();
        for (String file : files()) {
            JsonNode dashboard = StrictYaml.tree(Files.readString(FOLDER.resolve(file)));
            for (JsonNode panel : dashboard.path("panels")) {
                for (JsonNode target : panel.path("targets")) {
                    shown.add(
                            new Shown(
                                    file,
                                    panel.path("title").asText(),
                                    target.path("expr").asText()));
                }
            }
        }
        assertThat(shown).hasSizeGreaterThan(50);
        return shown;
    }

    private static JsonNode values(String expression) throws IOException, InterruptedException {
        URI uri =
                URI.create(
                        System.getProperty("retort.prometheus")
                                + "/api/v1/query?query="
                                + URLEncoder.encode(expression, StandardCharsets.UTF_8));
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer =
                    client.send(
                            HttpRequest.newBuilder(uri).build(),
                            HttpResponse.BodyHandlers.ofString());
            JsonNode json = StrictYaml.tree(answer.body());
            assertThat(json.path("status").asText()).as(expression).isEqualTo("success");
            return json.at("/data/result");
        }
    }
}
