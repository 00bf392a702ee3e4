package io.retort.learning.training;

import io.retort.contract.InvalidRecordException;
import io.retort.learning.model.Prediction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Recipes as JSON or YAML, of which JSON is a part.
final class RecipeText {

    private static final String ROOT = "recipe";
    private static final Set<String> FIELDS = Set.of("name", "terms");

    private static final YAMLMapper YAML = YAMLMapper.builder().build();
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .build();

    /// By kind, with the values that a recipe may leave out.
    private static final Map<String, Term> USUAL =
            Stream.of(
                            new Term.Annotations(1, 2, Schedule.ALWAYS),
                            new Term.Divergence(1, 3, Schedule.ALWAYS),
                            new Term.DecoupledDivergence(1, 3, 1, 2, Schedule.ALWAYS),
                            new Term.Regressions(2, Schedule.ALWAYS),
                            new Term.Features(0.2, Prediction.FUSED, Schedule.ALWAYS),
                            new Term.Attention(0.1, "rgb", "rgb", Schedule.ALWAYS),
                            new Term.Distance(0.1, Prediction.FUSED, Schedule.ALWAYS),
                            new Term.Angle(0.2, Prediction.FUSED, Schedule.ALWAYS),
                            new Term.Contrast(
                                    0.1, Prediction.FUSED, 64, 0.1, true, 0, Schedule.ALWAYS))
                    .collect(
                            Collectors.toMap(
                                    term -> tree(term).path("kind").asString(),
                                    term -> term,
                                    (one, _) -> one,
                                    LinkedHashMap::new));

    private RecipeText() {}

    static String write(Recipe recipe) {
        return JSON.writeValueAsString(recipe);
    }

    static Recipe read(String text) {
        JsonNode node;
        try {
            node = YAML.readTree(text);
        } catch (JacksonException e) {
            throw new InvalidRecordException(
                    ROOT, "is neither JSON nor YAML: " + e.getOriginalMessage(), e);
        }
        if (node.isString()) {
            return Recipe.preset(node.asString());
        }
        if (!node.isObject()) {
            throw new InvalidRecordException(ROOT, "is neither a preset's name nor an object");
        }
        for (String field : node.propertyNames()) {
            if (!FIELDS.contains(field)) {
                throw new InvalidRecordException(ROOT + "." + field, "is not known");
            }
        }
        JsonNode terms = node.path("terms");
        if (!terms.isArray()) {
            throw new InvalidRecordException(ROOT + ".terms", "is not a list");
        }
        List<Term> read = new ArrayList<>();
        for (int i = 0; i < terms.size(); i++) {
            read.add(term(ROOT + ".terms[" + i + "]", terms.path(i)));
        }
        JsonNode name = node.path("name");
        if (!name.isMissingNode() && !name.isString()) {
            throw new InvalidRecordException(ROOT + ".name", "is not text");
        }
        try {
            return new Recipe(name.asString("custom"), read);
        } catch (InvalidRecordException e) {
            throw under(ROOT, e);
        }
    }

    private static Term term(String path, JsonNode given) {
        if (!given.isObject()) {
            throw new InvalidRecordException(path, "is not an object");
        }
        String kind = given.path("kind").asString("");
        Term usual = USUAL.get(kind);
        if (usual == null) {
            throw new InvalidRecordException(
                    path + ".kind", "'%s' is none of %s".formatted(kind, USUAL.keySet()));
        }
        ObjectNode merged = tree(usual);
        for (Map.Entry<String, JsonNode> field : given.properties()) {
            if (field.getKey().equals("schedule") && field.getValue().isObject()) {
                merged.withObject("schedule").setAll((ObjectNode) field.getValue());
            } else {
                merged.set(field.getKey(), field.getValue());
            }
        }
        try {
            return JSON.treeToValue(merged, Term.class);
        } catch (JacksonException e) {
            @Nullable Throwable cause = e.getCause();
            if (cause instanceof InvalidRecordException refused) {
                throw under(path, refused);
            }
            throw new InvalidRecordException(
                    path + steps(e),
                    e instanceof UnrecognizedPropertyException
                            ? "is not known for '" + kind + "'"
                            : "is not of the right type",
                    e);
        }
    }

    private static InvalidRecordException under(String path, InvalidRecordException e) {
        String message = String.valueOf(e.getMessage());
        return new InvalidRecordException(
                path + "." + e.field(), message.substring(e.field().length() + 2), e);
    }

    private static String steps(JacksonException e) {
        return e.getPath().stream()
                .map(step -> "." + step.getPropertyName())
                .collect(Collectors.joining());
    }

    private static ObjectNode tree(Term term) {
        return JSON.valueToTree(term);
    }
}
