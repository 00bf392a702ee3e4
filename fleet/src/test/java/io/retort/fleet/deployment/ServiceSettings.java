package io.retort.fleet.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.boot.convert.DurationStyle;

/// What a service is set to: its own yaml, with what a ConfigMap puts over it.
///
/// @param values by property name
record ServiceSettings(String service, JsonNode own, Map<String, String> values) {

    static ServiceSettings of(Path root, String service, String over) {
        Path file = root.resolve(service).resolve("src/main/resources/" + service + ".yaml");
        try {
            JsonNode own = StrictYaml.tree(Files.readString(file));
            Map<String, String> values = new TreeMap<>();
            flatten("", own, values);
            flatten("", StrictYaml.tree(over), values);
            return new ServiceSettings(service, own, values);
        } catch (IOException e) {
            throw new UncheckedIOException("no service is called " + service, e);
        }
    }

    String value(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    int port() {
        return Integer.parseInt(value("server.port", "8080"));
    }

    int managementPort() {
        return Integer.parseInt(value("management.server.port", value("server.port", "8080")));
    }

    String probe(String group) {
        if (!value("management.endpoint.health.probes.enabled", "false").equals("true")) {
            throw new IllegalStateException(service + " has no probes");
        }
        return value("management.endpoints.web.base-path", "/actuator") + "/health/" + group;
    }

    Duration shutdownPhase() {
        return DurationStyle.detectAndParse(
                value("spring.lifecycle.timeout-per-shutdown-phase", "30s"));
    }

    /// Destination of each binding.
    Map<String, String> bindings() {
        Map<String, String> bindings = new TreeMap<>();
        own.at("/spring/cloud/stream/bindings")
                .properties()
                .forEach(binding ->
                        bindings.put(
                                binding.getKey(), binding.getValue().path("destination").asText()));
        return bindings;
    }

    /// Consumer group of a binding.
    String group(String binding) {
        return value(
                "spring.cloud.stream.bindings." + binding + ".group",
                value("spring.cloud.stream.default.group", ""));
    }

    private static void flatten(String prefix, JsonNode node, Map<String, String> values) {
        if (node instanceof ObjectNode object) {
            object.properties()
                    .forEach(field ->
                            flatten(
                                    prefix.isEmpty()
                                            ? field.getKey()
                                            : prefix + "." + field.getKey(),
                                    field.getValue(),
                                    values));
        } else if (!node.isMissingNode() && !node.isNull()) {
            values.put(prefix, node.asText());
        }
    }

    /// Bindings that a ConfigMap speaks of.
    static List<String> boundBy(String over) {
        List<String> named = new ArrayList<>();
        for (String path :
                List.of("/spring/cloud/stream/bindings", "/spring/cloud/stream/kafka/bindings")) {
            StrictYaml.tree(over).at(path).fieldNames().forEachRemaining(named::add);
        }
        return named;
    }
}
