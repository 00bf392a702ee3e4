package io.retort.fleet.running;

import io.retort.access.Role;
import io.retort.access.Row;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// A service's OpenAPI description and its table of access as one page of Markdown.
final class ApiReference {

    private static final String SCHEMAS = "#/components/schemas/";
    private static final String PROBLEM = "application/problem+json";

    private final JsonNode api;
    private final StringBuilder page = new StringBuilder();

    private ApiReference(JsonNode api) {
        this.api = api;
    }

    /// @param rows of HTTP
    static String of(Service service, JsonNode api, Collection<Row> rows) {
        return new ApiReference(api).page(service, rows);
    }

    private String page(Service service, Collection<Row> rows) {
        line("# REST of the " + service.module());
        line("");
        line(
                "Generated from what the service says of itself at `/v3/api-docs`"
                        + " (`./retort test -Dretort.reference=write` writes it anew)."
                        + " Port "
                        + service.defaultPort()
                        + ". Roles: [access](../operations/access.md).");
        line("");
        line(text(api.at("/info/description")));
        line("");
        Map<String, Row> sorted = new TreeMap<>();
        rows.forEach(row -> sorted.put(row.pattern() + " " + row.method(), row));
        line("| Request | Roles | |");
        line("|---|---|---|");
        sorted.values()
                .forEach(row ->
                        line(
                                "| `%s %s` | %s | %s |"
                                        .formatted(
                                                row.method(),
                                                row.pattern(),
                                                roles(row),
                                                cell(operation(row).path("summary")))));
        sorted.values().stream()
                .filter(row -> !operation(row).isMissingNode())
                .forEach(this::described);
        JsonNode schemas = api.at("/components/schemas");
        if (!schemas.isEmpty()) {
            line("");
            line("## Schemas");
            Map<String, JsonNode> byName = new TreeMap<>();
            schemas.properties().forEach(schema -> byName.put(schema.getKey(), schema.getValue()));
            byName.forEach(this::schema);
        }
        return page.toString();
    }

    private JsonNode operation(Row row) {
        return api.path("paths").path(row.pattern()).path(row.method().toLowerCase(Locale.ROOT));
    }

    private static String roles(Row row) {
        return row.admitted().isEmpty()
                ? "everybody"
                : row.admitted().stream()
                        .map(Role::text)
                        .sorted()
                        .collect(Collectors.joining(", "));
    }

    private void described(Row row) {
        JsonNode operation = operation(row);
        line("");
        line("## `%s %s`".formatted(row.method(), row.pattern()));
        paragraph(text(operation.path("summary")));
        paragraph(text(operation.path("description")));
        JsonNode parameters = operation.path("parameters");
        if (!parameters.isEmpty()) {
            line("");
            line("| Parameter | In | Type | |");
            line("|---|---|---|---|");
            for (JsonNode parameter : parameters) {
                line(
                        "| `%s`%s | %s | %s | %s |"
                                .formatted(
                                        text(parameter.path("name")),
                                        parameter.path("required").asBoolean(false)
                                                ? ", needed"
                                                : "",
                                        text(parameter.path("in")),
                                        type(parameter.path("schema")),
                                        cell(parameter.path("description"))));
            }
        }
        JsonNode body = operation.path("requestBody").path("content");
        if (!body.isEmpty()) {
            paragraph("Body: " + contents(body) + ".");
        }
        List<String> answers = new ArrayList<>();
        Map<String, JsonNode> byStatus = new TreeMap<>();
        operation
                .path("responses")
                .properties()
                .forEach(answer -> byStatus.put(answer.getKey(), answer.getValue()));
        byStatus.forEach((status, answer) ->
                answers.add(
                        "%s%s"
                                .formatted(
                                        status,
                                        answer.path("content").isEmpty()
                                                ? ""
                                                : " " + contents(answer.path("content")))));
        if (!answers.isEmpty()) {
            paragraph("Answers: " + String.join("; ", answers) + ".");
        }
    }

    /// Kinds of bodies by what is in them.
    private static String contents(JsonNode content) {
        Map<String, TreeSet<String>> kinds = new LinkedHashMap<>();
        content.properties()
                .forEach(kind ->
                        kinds.computeIfAbsent(
                                        kind.getKey().equals(PROBLEM)
                                                ? "problem details"
                                                : type(kind.getValue().path("schema")),
                                        _ -> new TreeSet<>())
                                .add(kind.getKey().equals("*/*") ? "" : "`" + kind.getKey() + "`"));
        return kinds.entrySet().stream()
                .map(kind ->
                        kind.getKey()
                                + kind.getValue().stream()
                                        .filter(name -> !name.isEmpty())
                                        .reduce((one, other) -> one + ", " + other)
                                        .map(names -> " (" + names + ")")
                                        .orElse(""))
                .sorted()
                .collect(Collectors.joining(" or "));
    }

    private void schema(String name, JsonNode schema) {
        line("");
        line("### " + name);
        paragraph(text(schema.path("description")));
        if (schema.has("oneOf")) {
            paragraph("One of " + alternatives(schema.path("oneOf")) + ".");
        }
        if (schema.has("enum")) {
            paragraph("One of " + enumerated(schema) + ".");
        }
        JsonNode properties = schema.path("properties");
        if (properties.isEmpty()) {
            return;
        }
        TreeSet<String> needed = new TreeSet<>();
        schema.path("required").forEach(field -> needed.add(field.asString()));
        line("");
        line("| Field | Type | |");
        line("|---|---|---|");
        properties
                .properties()
                .forEach(field ->
                        line(
                                "| `%s`%s | %s | %s |"
                                        .formatted(
                                                field.getKey(),
                                                needed.contains(field.getKey()) ? ", needed" : "",
                                                type(field.getValue()),
                                                cell(field.getValue().path("description")))));
    }

    private static String type(JsonNode schema) {
        String reference = schema.path("$ref").asString("");
        if (reference.startsWith(SCHEMAS)) {
            String name = reference.substring(SCHEMAS.length());
            return "[%s](#%s)".formatted(name, name.toLowerCase(Locale.ROOT));
        }
        if (schema.has("oneOf")) {
            return alternatives(schema.path("oneOf"));
        }
        if (schema.has("enum")) {
            return enumerated(schema);
        }
        String type = typeName(schema.path("type"));
        if (type.equals("array")) {
            return "list of " + type(schema.path("items"));
        }
        if (schema.path("additionalProperties").isObject()) {
            return "map to " + type(schema.path("additionalProperties"));
        }
        String format = schema.path("format").asString("");
        return format.isEmpty() ? type : format.equals("binary") ? "bytes" : type + " " + format;
    }

    /// One, or several of which one may be null.
    private static String typeName(JsonNode type) {
        if (!type.isArray()) {
            return type.asString("anything");
        }
        List<String> names = new ArrayList<>();
        type.forEach(one -> names.add(one.asString()));
        return String.join(" or ", names);
    }

    private static String alternatives(JsonNode schemas) {
        List<String> types = new ArrayList<>();
        schemas.forEach(one -> types.add(type(one)));
        return types.stream().sorted().collect(Collectors.joining(" or "));
    }

    private static String enumerated(JsonNode schema) {
        List<String> values = new ArrayList<>();
        schema.path("enum").forEach(value -> values.add("`" + value.asString() + "`"));
        return String.join(", ", values);
    }

    private static String cell(JsonNode node) {
        return text(node).replace("|", "\\|").replaceAll("\\s+", " ");
    }

    private static String text(JsonNode node) {
        return node.asString("").strip();
    }

    private void paragraph(String text) {
        if (!text.isEmpty()) {
            line("");
            line(text);
        }
    }

    private void line(String line) {
        page.append(line).append('\n');
    }
}
