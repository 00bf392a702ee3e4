package io.retort.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.retort.contract.schema.Schema;
import io.retort.contract.v1.Image;
import io.retort.contract.v1.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Tensors computed by other libraries: src/test/fixtures/README.md.
class GoldenTests {

    private static final JsonMapper JSON = new JsonMapper();

    @TestFactory
    Stream<DynamicTest> theTensorIsWhatOtherLibrariesCompute() {
        JsonNode cases = JSON.readTree(Fixtures.file("golden.json"));
        assertThat(cases.size()).isGreaterThan(30);
        return StreamSupport.stream(cases.spliterator(), false)
                .map(golden ->
                        DynamicTest.dynamicTest(
                                golden.get("name").asString(), () -> check(golden)));
    }

    private static void check(JsonNode golden) {
        Schema schema =
                Schema.parse(
                        """
                        {"name": "golden", "modalities": {"m": %s},
                         "heads": {"h": {"kind": "regression", "minimum": 0, "maximum": 1}}}
                        """
                                .formatted(golden.get("modality")));
        float[] tensor = new Preprocessing(schema).tensor("m", payload(golden.get("payload")));
        JsonNode expected = golden.get("expected");
        assertThat(tensor).hasSize(expected.size());
        for (int i = 0; i < tensor.length; i++) {
            assertThat((double) tensor[i])
                    .as("value %d", i)
                    .isCloseTo(
                            expected.get(i).asDouble(), within(golden.get("tolerance").asDouble()));
        }
    }

    private static Payload payload(JsonNode payload) {
        return switch (payload.get("kind").asString()) {
            case "image" ->
                    Fixtures.image(
                            Image.Encoding.valueOf(payload.get("encoding").asString()),
                            Fixtures.file(payload.get("file").asString()),
                            payload.path("width").asInt(0),
                            payload.path("height").asInt(0));
            case "vector" ->
                    Fixtures.vector(floats(payload.get("axis")), floats(payload.get("values")));
            case "signal" ->
                    Fixtures.signal(
                            payload.get("channels").asInt(),
                            payload.get("steps").asInt(),
                            payload.get("hertz").asDouble(),
                            floats(payload.get("values")));
            default -> throw new IllegalArgumentException(payload.toString());
        };
    }

    private static List<Float> floats(JsonNode values) {
        List<Float> floats = new ArrayList<>();
        values.forEach(value -> floats.add(value.floatValue()));
        return floats;
    }
}
