package io.retort.gateway.oip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InferRequestTests {

    private static final float[] NUMBERS = {0, -1, 1.5f, -2.5e-3f, 3e10f, 16_777_217, 0.1f};
    private static final String TEXT = "0, -1, 1.5, -2.5e-3, 3E+10, 16777217, 0.1";

    /// Before the data and after it, true, too small, and no use at all.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"shape\": [1, 7], \"data\": [%s]",
                "\"data\": [%s], \"shape\": [1, 7]",
                "\"shape\": [7], \"data\": [[[%s]]]",
                "\"shape\": [1, 2], \"data\": [%s]",
                "\"shape\": [-1, 7], \"data\": [%s]",
                "\"shape\": [9223372036854775807, 9223372036854775807], \"data\": [%s]"
            })
    void numbersAreReadAsJavaReadsThemWhateverTheShapeSays(String fields) {
        assertThat(parse(fields.formatted(TEXT)).inputs().getFirst().data()).isEqualTo(NUMBERS);
    }

    @Test
    void whatIsTooLargeForAFloatIsInfinite() {
        assertThat(parse("\"shape\": [2], \"data\": [1e39, -1e999]").inputs().getFirst().data())
                .containsExactly(Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[\"1\"]", "[null]", "[true]", "[{}]", "[NaN]", "[1.]", "[01]", "7"})
    void whatIsNoNumberIsRefused(String data) {
        assertThatExceptionOfType(OipException.class)
                .isThrownBy(() -> parse("\"shape\": [1], \"data\": " + data));
    }

    private static InferRequest parse(String fields) {
        byte[] body =
                "{\"inputs\": [{\"name\": \"rgb\", \"datatype\": \"FP32\", %s}]}"
                        .formatted(fields)
                        .getBytes(StandardCharsets.UTF_8);
        return InferRequest.parse(body, body.length);
    }
}
