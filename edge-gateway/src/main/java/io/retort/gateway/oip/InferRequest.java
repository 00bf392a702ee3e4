package io.retort.gateway.oip;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.io.NumberInput;
import tools.jackson.databind.json.JsonMapper;

/// The body of an inference request: a JSON object, and behind it, with the binary tensor data
/// extension, the inputs' bytes in their order, little-endian. Parameters that mean nothing here
/// are passed over, as the protocol has them.
///
/// @param id to be answered with; null where none was given
/// @param outputs that are asked for; empty asks for all
/// @param binaryOutputs whether outputs that do not say otherwise are answered in bytes
record InferRequest(
        @Nullable String id, List<Input> inputs, List<Output> outputs, boolean binaryOutputs) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// About as many as floats are written with, and a comma.
    private static final int CHARACTERS_OF_A_VALUE = 8;

    /// A digit and a comma.
    private static final int LEAST_OF_A_VALUE = 2;

    /// @param data row-major, all captures one after the other
    record Input(String name, List<Long> shape, float[] data) {}

    /// @param binary null where it does not say
    record Output(String name, @Nullable Boolean binary) {}

    /// @param header bytes of the JSON object; the rest is tensors
    /// @throws OipException saying what is wrong
    static InferRequest parse(byte[] body, int header) {
        ByteBuffer tensors =
                ByteBuffer.wrap(body, header, body.length - header).order(ByteOrder.LITTLE_ENDIAN);
        try (JsonParser parser = JSON.createParser(body, 0, header)) {
            InferRequest request = new Reader(parser, header, tensors).request();
            if (tensors.hasRemaining()) {
                throw OipException.invalid(
                        "%d bytes follow that no input's binary_data_size accounts for"
                                .formatted(tensors.remaining()));
            }
            return request;
        } catch (JacksonException e) {
            throw OipException.invalid("not a JSON object: " + e.getOriginalMessage());
        }
    }

    private static final class Reader {

        private final JsonParser parser;

        /// Bytes of the JSON object.
        private final int length;

        private final ByteBuffer tensors;
        private @Nullable String id;
        private final List<Input> inputs = new ArrayList<>();
        private final List<Output> outputs = new ArrayList<>();
        private boolean binaryOutputs;

        Reader(JsonParser parser, int length, ByteBuffer tensors) {
            this.parser = parser;
            this.length = length;
            this.tensors = tensors;
        }

        InferRequest request() {
            require(parser.nextToken() == JsonToken.START_OBJECT, "the body", "a JSON object");
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String field = parser.currentName();
                parser.nextToken();
                switch (field) {
                    case "id" -> id = text("id");
                    case "inputs" -> objects("inputs", () -> inputs.add(input()));
                    case "outputs" -> objects("outputs", () -> outputs.add(output()));
                    case "parameters" -> {
                        Parameters own = parameters("parameters");
                        binaryOutputs = Boolean.TRUE.equals(own.binaryOutput);
                    }
                    default -> parser.skipChildren();
                }
            }
            if (parser.nextToken() != null) {
                throw OipException.invalid("something follows the JSON object");
            }
            return new InferRequest(id, inputs, outputs, binaryOutputs);
        }

        private void objects(String field, Runnable each) {
            require(parser.currentToken() == JsonToken.START_ARRAY, field, "an array");
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                require(
                        parser.currentToken() == JsonToken.START_OBJECT,
                        field,
                        "an array of objects");
                each.run();
            }
        }

        private Input input() {
            String name = null;
            String datatype = null;
            List<Long> shape = null;
            float[] data = null;
            Parameters parameters = new Parameters();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String field = parser.currentName();
                parser.nextToken();
                switch (field) {
                    case "name" -> name = text("an input's name");
                    case "datatype" -> datatype = text("an input's datatype");
                    case "shape" -> shape = shape();
                    case "data" -> data = data(shape);
                    case "parameters" -> parameters = parameters("an input's parameters");
                    default -> parser.skipChildren();
                }
            }
            if (name == null) {
                throw OipException.invalid("an input has no name");
            }
            ServedModel.requireDatatype(name, String.valueOf(datatype));
            if (shape == null) {
                throw OipException.invalid("input '%s' has no shape".formatted(name));
            }
            if (parameters.binarySize != null && data != null) {
                throw OipException.invalid(
                        "input '%s' has both data and binary_data_size".formatted(name));
            }
            if (parameters.binarySize != null) {
                data = bytes(name, parameters.binarySize);
            }
            if (data == null) {
                throw OipException.invalid("input '%s' has no data".formatted(name));
            }
            return new Input(name, shape, data);
        }

        private float[] bytes(String name, long size) {
            if (size < 0 || size % Float.BYTES != 0 || size > tensors.remaining()) {
                throw OipException.invalid(
                        "input '%s': binary_data_size is %d, %d bytes are left, 4 a value"
                                .formatted(name, size, tensors.remaining()));
            }
            float[] values = new float[(int) size / Float.BYTES];
            tensors.asFloatBuffer().get(values);
            tensors.position(tensors.position() + (int) size);
            return values;
        }

        private Output output() {
            String name = null;
            Parameters parameters = new Parameters();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String field = parser.currentName();
                parser.nextToken();
                switch (field) {
                    case "name" -> name = text("an output's name");
                    case "parameters" -> parameters = parameters("an output's parameters");
                    default -> parser.skipChildren();
                }
            }
            if (name == null) {
                throw OipException.invalid("an output has no name");
            }
            if (parameters.classification) {
                throw OipException.invalid(
                        "output '%s': the classification extension is not supported"
                                .formatted(name));
            }
            return new Output(name, parameters.binary);
        }

        private Parameters parameters(String field) {
            require(parser.currentToken() == JsonToken.START_OBJECT, field, "an object");
            Parameters found = new Parameters();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "binary_data_size" -> {
                        require(
                                parser.currentToken() == JsonToken.VALUE_NUMBER_INT,
                                name,
                                "a whole number");
                        found.binarySize = parser.getLongValue();
                    }
                    case "binary_data" -> found.binary = flag(name);
                    case "binary_data_output" -> found.binaryOutput = flag(name);
                    case "classification" -> {
                        found.classification = true;
                        parser.skipChildren();
                    }
                    default -> parser.skipChildren();
                }
            }
            return found;
        }

        private boolean flag(String field) {
            require(
                    parser.currentToken() == JsonToken.VALUE_TRUE
                            || parser.currentToken() == JsonToken.VALUE_FALSE,
                    field,
                    "true or false");
            return parser.getBooleanValue();
        }

        private List<Long> shape() {
            require(parser.currentToken() == JsonToken.START_ARRAY, "shape", "an array");
            List<Long> shape = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                require(
                        parser.currentToken() == JsonToken.VALUE_NUMBER_INT,
                        "shape",
                        "an array of whole numbers");
                shape.add(parser.getLongValue());
            }
            return List.copyOf(shape);
        }

        /// Flat or nested, as the protocol allows; nesting is not compared with the shape.
        ///
        /// @param shape null where it comes after the data
        private float[] data(@Nullable List<Long> shape) {
            require(parser.currentToken() == JsonToken.START_ARRAY, "data", "an array");
            float[] values = new float[Math.max(64, expected(shape))];
            int count = 0;
            int depth = 1;
            while (depth > 0) {
                JsonToken token = parser.nextToken();
                if (token == JsonToken.START_ARRAY) {
                    depth++;
                } else if (token == JsonToken.END_ARRAY) {
                    depth--;
                } else {
                    require(
                            token == JsonToken.VALUE_NUMBER_FLOAT
                                    || token == JsonToken.VALUE_NUMBER_INT,
                            "data",
                            "an array of numbers");
                    if (count == values.length) {
                        values = Arrays.copyOf(values, 2 * count);
                    }
                    values[count++] = number();
                }
            }
            return count == values.length ? values : Arrays.copyOf(values, count);
        }

        /// How many values the data may have. Of several inputs only the first is believed: their
        /// space together is no more than what has come.
        private int expected(@Nullable List<Long> shape) {
            if (!inputs.isEmpty()) {
                return 0;
            }
            if (shape == null) {
                return length / CHARACTERS_OF_A_VALUE;
            }
            double values = 1;
            for (long side : shape) {
                values *= side;
            }
            int most = length / LEAST_OF_A_VALUE;
            return values >= 0 && values <= most ? (int) values : length / CHARACTERS_OF_A_VALUE;
        }

        /// The parser's own way makes a string of each number first.
        private float number() {
            return NumberInput.parseFloat(
                    parser.getStringCharacters(),
                    parser.getStringOffset(),
                    parser.getStringLength(),
                    true);
        }

        private String text(String field) {
            require(parser.currentToken() == JsonToken.VALUE_STRING, field, "text");
            return parser.getString();
        }

        private static void require(boolean holds, String field, String kind) {
            if (!holds) {
                throw OipException.invalid(field + " must be " + kind);
            }
        }
    }

    private static final class Parameters {
        private @Nullable Long binarySize;
        private @Nullable Boolean binary;
        private @Nullable Boolean binaryOutput;
        private boolean classification;
    }
}
