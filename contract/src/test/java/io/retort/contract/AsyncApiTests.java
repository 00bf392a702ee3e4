package io.retort.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The document says what the code does.
class AsyncApiTests {

    private static final Path DOCUMENT = Path.of("src/main/asyncapi/asyncapi.yaml");

    private final JsonNode document;

    AsyncApiTests() throws IOException {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        Object yaml = new Yaml(new SafeConstructor(options)).load(Files.readString(DOCUMENT));
        document = new JsonMapper().valueToTree(yaml);
    }

    @Test
    void itIsAsyncApiThree() {
        assertThat(document.at("/asyncapi").asString()).isEqualTo("3.0.0");
        assertThat(document.at("/info/title").asString()).isEqualTo("Retort");
        assertThat(document.at("/info/version").isString()).isTrue();
    }

    @Test
    void everyTopicAndItsDeadLettersAreChannelsAndNoOthersAre() {
        List<String> expected = new ArrayList<>();
        for (String topic : constants(Topics.class)) {
            expected.add(topic);
            expected.add(Topics.deadLetters(topic));
        }
        assertThat(expected).hasSize(10);
        assertThat(document.path("channels").values())
                .extracting(channel -> channel.path("address").asString())
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void everyTopicCarriesOneMessageOfItsOwnCloudEventType() {
        Map<String, String> types = new HashMap<>();
        for (JsonNode channel : document.path("channels").values()) {
            String address = channel.path("address").asString();
            assertThat(channel.path("messages").size()).isEqualTo(1);
            JsonNode message = resolve(channel.path("messages").values().iterator().next());
            if (address.endsWith(".dlq")) {
                assertThat(message.path("name").asString()).isEqualTo("rejected");
            } else {
                types.put(
                        address,
                        message.at("/headers/allOf/1/properties/ce_type/const").asString());
            }
        }
        assertThat(types)
                .isEqualTo(
                        Map.of(
                                Topics.CAPTURES, CloudEvent.CAPTURE,
                                Topics.ANNOTATIONS, CloudEvent.ANNOTATION,
                                Topics.SOFT_TARGETS, CloudEvent.SOFT_TARGET,
                                Topics.RELEASE_EVENTS, CloudEvent.RELEASE_EVENT,
                                Topics.DECISIONS, CloudEvent.DECISION));
        assertThat(types.values()).containsExactlyInAnyOrderElementsOf(constants(CloudEvent.class));
    }

    @Test
    void theHeadersAreThoseThatCloudEventWrites() {
        JsonNode documented = document.at("/components/schemas/cloudEvent");
        Map<String, String> written =
                new CloudEvent("i", "s", CloudEvent.CAPTURE, "c", Instant.EPOCH).headers();
        assertThat(documented.path("properties").propertyNames())
                .containsExactlyInAnyOrderElementsOf(written.keySet());
        assertThat(documented.path("required").values())
                .extracting(JsonNode::asString)
                .containsExactlyInAnyOrderElementsOf(written.keySet());
        for (String fixed : List.of("ce_specversion", "content-type")) {
            assertThat(documented.at("/properties/" + fixed + "/const").asString())
                    .isEqualTo(written.get(fixed));
        }
        for (JsonNode message : document.at("/components/messages").values()) {
            if (!message.path("name").asString().equals("rejected")) {
                assertThat(resolve(message.at("/headers/allOf/0"))).isEqualTo(documented);
            }
        }
    }

    @Test
    void everyPayloadIsAMessageOfAProtoFile() throws IOException {
        int payloads = 0;
        for (JsonNode message : document.at("/components/messages").values()) {
            String reference = message.at("/payload/schema/$ref").asString("");
            if (!reference.isEmpty()) {
                int hash = reference.indexOf('#');
                Path proto = DOCUMENT.resolveSibling(reference.substring(0, hash)).normalize();
                assertThat(Files.readString(proto))
                        .contains("\nmessage " + reference.substring(hash + 1) + " {");
                assertThat(message.at("/bindings/kafka/key/description").isString()).isTrue();
                payloads++;
            }
        }
        assertThat(payloads).isEqualTo(5);
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        List<JsonNode> references =
                document.findParents("$ref").stream()
                        .filter(node -> node.path("$ref").asString().startsWith("#"))
                        .toList();
        assertThat(references).hasSizeGreaterThan(20);
        references.forEach(this::resolve);
        for (JsonNode operation : document.path("operations").values()) {
            assertThat(operation.path("action").asString()).isIn("send", "receive");
            assertThat(resolve(operation.path("channel")).path("address").isString()).isTrue();
        }
    }

    private JsonNode resolve(JsonNode node) {
        String reference = node.path("$ref").asString();
        assertThat(reference).startsWith("#/");
        JsonNode found = document.at(reference.substring(1));
        assertThat(found.isObject()).as(reference).isTrue();
        return found;
    }

    private static List<String> constants(Class<?> type) {
        return Arrays.stream(type.getFields())
                .filter(field -> Modifier.isStatic(field.getModifiers()))
                .map(field -> {
                    try {
                        return String.valueOf(field.get(null));
                    } catch (IllegalAccessException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();
    }
}
