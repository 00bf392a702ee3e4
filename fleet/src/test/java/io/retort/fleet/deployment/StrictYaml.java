package io.retort.fleet.deployment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// YAML into types without mercy: a field that a type does not know, or a key said twice, is an
/// error.
final class StrictYaml {

    private static final YAMLMapper YAML =
            YAMLMapper.builder()
                    .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL)
                    .enable(
                            com.fasterxml.jackson.core.JsonParser.Feature
                                    .STRICT_DUPLICATE_DETECTION)
                    .build();

    private static final JsonMapper TYPES =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .annotationIntrospector(new NothingElse())
                    .build();

    private StrictYaml() {}

    /// The types keep fields that they do not know in a map, which would hide misspelt ones.
    private static final class NothingElse extends JacksonAnnotationIntrospector {

        private static final long serialVersionUID = 1;

        @Override
        public Boolean hasAnySetter(Annotated annotated) {
            return false;
        }

        @Override
        public boolean hasIgnoreMarker(AnnotatedMember member) {
            return member.getName().equals("additionalProperties")
                    || member.getName().endsWith("AdditionalProperties")
                    || super.hasIgnoreMarker(member);
        }

        @Override
        public com.fasterxml.jackson.annotation.JsonIgnoreProperties.Value
                findPropertyIgnoralByName(MapperConfig<?> config, Annotated annotated) {
            return com.fasterxml.jackson.annotation.JsonIgnoreProperties.Value.empty();
        }
    }

    static List<ObjectNode> documents(String yaml) {
        try (MappingIterator<ObjectNode> documents =
                YAML.readerFor(ObjectNode.class).readValues(yaml)) {
            return documents.readAll();
        } catch (IOException e) {
            throw new IllegalArgumentException("not YAML: " + e.getMessage(), e);
        }
    }

    static JsonNode tree(@Nullable String yaml) {
        try {
            return YAML.readTree(yaml == null ? "" : yaml);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not YAML: " + e.getMessage(), e);
        }
    }

    /// @throws IllegalArgumentException naming the field that is not known or not of its type
    static <T> T as(Class<T> type, JsonNode document) {
        try {
            return TYPES.treeToValue(document, type);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "%s %s: %s"
                            .formatted(
                                    document.path("kind").asText(),
                                    document.at("/metadata/name").asText(),
                                    e.getOriginalMessage()),
                    e);
        }
    }
}
