package io.retort.gateway.oip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.retort.gateway.fixtures.Captures;
import io.retort.gateway.fixtures.Gateways;
import io.retort.gateway.fixtures.Onnx;
import io.retort.gateway.fixtures.RegistryServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A client of the protocol that shares nothing with the gateway: bytes over a socket.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenInferenceTests {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String INFER = "/v2/models/student/infer";
    private static final int PIXELS = 3 * 8 * 8;

    private final Onnx camera = Onnx.of(Onnx.CAMERA).scale(0.1f);
    private final Onnx both = Onnx.of(Onnx.CAMERA_AND_SPECTRUM).scale(0.1f);
    private final RegistryServer registry = new RegistryServer();

    private ConfigurableApplicationContext gateway;
    private int port;
    private String before = "";

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        gateway =
                Gateways.withoutBroker(
                        registry.url(),
                        data,
                        "--retort.oip.largest-body=200KB",
                        "--retort.oip.largest-batch=4",
                        "--retort.inference.lanes=1",
                        "--retort.inference.queue=0");
        port = Gateways.port(gateway);
        before =
                get("/v2/health/live").line()
                        + get("/v2/health/ready").line()
                        + get("/v2/models/student/ready").line()
                        + post(INFER, json("{\"inputs\": []}")).line();
        release(1, camera);
    }

    @AfterAll
    void stop() {
        gateway.close();
        registry.close();
    }

    @Test
    void withoutAModelTheServerIsLiveAndNotReady() {
        assertThat(before.replaceAll("HTTP/1.1 (\\d+)[^H]*", "$1 ")).isEqualTo("200 503 503 503 ");
    }

    @Test
    void theServerTellsWhatItIs() throws Exception {
        assertThat(get("/v2/health/live").json().path("live").asBoolean()).isTrue();
        assertThat(get("/v2/health/ready").json().path("ready").asBoolean()).isTrue();
        JsonNode server = get("/v2").json();
        assertThat(server.path("name").asString()).isEqualTo("retort-edge-gateway");
        assertThat(server.path("version").asString()).isNotEmpty();
        assertThat(server.path("extensions").path(0).asString()).isEqualTo("binary_tensor_data");
    }

    @ParameterizedTest
    @CsvSource({"/v2/models/student", "/v2/models/student/versions/1"})
    void aModelTellsItsTensors(String path) throws Exception {
        JsonNode model = get(path).json();
        assertThat(model.toString())
                .isEqualTo(
                        """
                        {"name":"student","versions":["1"],"platform":"onnx_onnxv1",\
                        "inputs":[{"name":"rgb","datatype":"FP32","shape":[-1,3,8,8]}],\
                        "outputs":[{"name":"material","datatype":"FP32","shape":[-1,3]},\
                        {"name":"degradation","datatype":"FP32","shape":[-1,2]},\
                        {"name":"quality","datatype":"FP32","shape":[-1,1]}]}\
                        """);
        JsonNode ready = get(path + "/ready").json();
        assertThat(ready.toString()).isEqualTo("{\"name\":\"student\",\"ready\":true}");
    }

    @ParameterizedTest
    @CsvSource({"application/json", "''", "application/x-www-form-urlencoded"})
    void numbersAreInferredWhateverTheContentType(String type) throws Exception {
        Answer answer =
                post(
                        INFER,
                        type,
                        json(
                                """
                                {"id": "42", "parameters": {"priority": 1},
                                 "inputs": [{"name": "rgb", "shape": [1, 3, 8, 8],
                                             "datatype": "FP32", "data": %s}],
                                 "outputs": [{"name": "quality"}, {"name": "material"}]}
                                """
                                        .formatted(numbers(0.5f, PIXELS))),
                        "");
        assertThat(answer.line()).startsWith("HTTP/1.1 200");
        assertThat(answer.headers()).containsEntry("content-type", "application/json");
        JsonNode body = answer.json();
        assertThat(body.path("id").asString()).isEqualTo("42");
        assertThat(body.path("model_name").asString()).isEqualTo("student");
        assertThat(body.path("model_version").asString()).isEqualTo("1");
        assertThat(body.path("outputs").size()).isEqualTo(2);
        JsonNode quality = body.path("outputs").path(0);
        assertThat(quality.path("name").asString()).isEqualTo("quality");
        assertThat(quality.path("datatype").asString()).isEqualTo("FP32");
        assertThat(quality.path("shape").toString()).isEqualTo("[1,1]");
        float[] expected = camera.expected(0.5f, 0.5f, 0.5f).get("material");
        JsonNode material = body.path("outputs").path(1).path("data");
        for (int k = 0; k < 3; k++) {
            assertThat(material.path(k).asDouble())
                    .isCloseTo(Objects.requireNonNull(expected)[k], within(1e-5));
        }
    }

    @Test
    void aBatchIsAnsweredRowByRowAndNestedDataIsFlat() throws Exception {
        String image = "[%s, %s, %s]";
        String plane = numbers(1, 64);
        String dark = numbers(0, 64);
        String body =
                """
                {"inputs": [{"name": "rgb", "shape": [2, 3, 8, 8], "datatype": "FP32",
                 "data": [%s, %s]}]}
                """
                        .formatted(
                                image.formatted(dark, dark, dark),
                                image.formatted(plane, plane, plane));
        JsonNode answer = post("/v2/models/student/versions/1/infer", json(body)).json();
        JsonNode material = answer.path("outputs").path(0);
        assertThat(answer.has("id")).isFalse();
        assertThat(material.path("shape").toString()).isEqualTo("[2,3]");
        assertThat(material.path("data").path(2).asDouble()).isZero();
        assertThat(material.path("data").path(5).asDouble())
                .isCloseTo(
                        Objects.requireNonNull(camera.expected(1, 1, 1).get("material"))[2],
                        within(1e-5));
    }

    @Test
    void tensorsComeAndGoInBytes() throws Exception {
        byte[] header =
                json(
                        """
                        {"inputs": [{"name": "rgb", "shape": [1, 3, 8, 8], "datatype": "FP32",
                         "parameters": {"binary_data_size": %d}}],
                         "outputs": [{"name": "material", "parameters": {"binary_data": true}},
                                     {"name": "quality"}]}
                        """
                                .formatted(4 * PIXELS));
        ByteBuffer body =
                ByteBuffer.allocate(header.length + 4 * PIXELS).order(ByteOrder.LITTLE_ENDIAN);
        body.put(header);
        for (int i = 0; i < PIXELS; i++) {
            body.putFloat(0.25f);
        }
        Answer answer =
                post(
                        INFER,
                        "application/octet-stream",
                        body.array(),
                        "Inference-Header-Content-Length: %d\r\n".formatted(header.length));
        assertThat(answer.line()).startsWith("HTTP/1.1 200");
        int length =
                Integer.parseInt(
                        Objects.requireNonNull(
                                answer.headers().get("inference-header-content-length")));
        JsonNode outputs = JSON.readTree(Arrays.copyOf(answer.body(), length)).path("outputs");
        assertThat(outputs.path(0).path("parameters").path("binary_data_size").asInt())
                .isEqualTo(12);
        assertThat(outputs.path(0).has("data")).isFalse();
        assertThat(outputs.path(1).path("data").size()).isEqualTo(1);
        ByteBuffer tensor =
                ByteBuffer.wrap(answer.body(), length, answer.body().length - length)
                        .order(ByteOrder.LITTLE_ENDIAN);
        float[] expected =
                Objects.requireNonNull(camera.expected(0.25f, 0.25f, 0.25f).get("material"));
        for (float value : expected) {
            assertThat(tensor.getFloat()).isCloseTo(value, within(1e-5f));
        }
        assertThat(tensor.hasRemaining()).isFalse();
    }

    @Test
    void allOutputsComeInBytesWhereTheRequestAsksForThat() throws Exception {
        Answer answer =
                post(
                        INFER,
                        json(
                                """
                                {"parameters": {"binary_data_output": true},
                                 "inputs": [{"name": "rgb", "shape": [1, 3, 8, 8],
                                             "datatype": "FP32", "data": %s}]}
                                """
                                        .formatted(numbers(0, PIXELS))));
        int length =
                Integer.parseInt(
                        Objects.requireNonNull(
                                answer.headers().get("inference-header-content-length")));
        assertThat(answer.body().length - length).isEqualTo(4 * (3 + 2 + 1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ | 400 | not a JSON object",
                "[] | 400 | the body must be a JSON object",
                "{} {} | 400 | something follows the JSON object",
                "{\"inputs\": []} | 400 | input 'rgb' is missing",
                "{\"inputs\": {}} | 400 | inputs must be an array",
                "{\"inputs\": [{\"name\": \"ir\", \"shape\": [1], \"datatype\": \"FP32\", \"data\": [1]}]}"
                        + " | 400 | input 'ir' is none of the model's [rgb]",
                "{\"inputs\": [{\"name\": \"rgb\", \"shape\": [1, 3, 8, 8], \"datatype\": \"UINT8\", \"data\": [1]}]}"
                        + " | 400 | input 'rgb': datatype is UINT8, the model takes FP32",
                "{\"inputs\": [{\"name\": \"rgb\", \"shape\": [1, 3, 8, 9], \"datatype\": \"FP32\", \"data\": [1]}]}"
                        + " | 400 | input 'rgb': shape is [1, 3, 8, 9], the model takes [-1, 3, 8, 8]",
                "{\"inputs\": [{\"name\": \"rgb\", \"shape\": [1, 3, 8, 8], \"datatype\": \"FP32\", \"data\": [1]}]}"
                        + " | 400 | input 'rgb' has 1 values, its shape [1, 3, 8, 8] has 192",
                "{\"inputs\": [{\"name\": \"rgb\", \"shape\": [5, 3, 8, 8], \"datatype\": \"FP32\", \"data\": [1]}]}"
                        + " | 400 | input 'rgb': a batch of 5 is not 1 to 4",
                "{\"inputs\": [{\"name\": \"rgb\", \"shape\": [1, 3, 8, 8], \"datatype\": \"FP32\", \"data\": [true]}]}"
                        + " | 400 | data must be an array of numbers",
                "{\"inputs\": [{\"name\": \"rgb\", \"shape\": [1, 3, 8, 8], \"datatype\": \"FP32\","
                        + " \"parameters\": {\"binary_data_size\": 8}}]}"
                        + " | 400 | input 'rgb': binary_data_size is 8, 0 bytes are left, 4 a value"
            })
    void whatIsWrongIsSaid(String body, int status, String error) throws Exception {
        refused(post(INFER, json(body)), status, error);
    }

    @Test
    void strangersAndWrongHeadersAreRefused() throws Exception {
        String unknown = "is not served here, 'student' version 1 is";
        refused(get("/v2/models/teacher"), 404, "model 'teacher' " + unknown);
        refused(
                get("/v2/models/student/versions/7/ready"),
                404,
                "model 'student' version 7 " + unknown);
        refused(post("/v2/models/teacher/infer", json("{}")), 404, "model 'teacher' " + unknown);
        refused(
                post(INFER, "", json("{}"), "Inference-Header-Content-Length: 3\r\n"),
                400,
                "Inference-Header-Content-Length is '3', the body has 2 bytes");
        refused(
                post(INFER, "", json("{} "), "Inference-Header-Content-Length: 2\r\n"),
                400,
                "1 bytes follow that no input's binary_data_size accounts for");
        refused(
                post(
                        INFER,
                        json(
                                "{\"outputs\": [{\"name\": \"colour\"}], \"inputs\": ["
                                        + rgb()
                                        + "]}")),
                400,
                "output 'colour' is none of the model's [material, degradation, quality]");
        refused(post(INFER, new byte[300 * 1024]), 413, "the body has more than 204800 bytes");
    }

    @Test
    void anAbsentModalityIsSaidByItsPresence() throws Exception {
        release(2, both);
        try {
            JsonNode inputs = get("/v2/models/student").json().path("inputs");
            assertThat(inputs.path(1).path("name").asString()).isEqualTo("presence:rgb");
            String request =
                    """
                    {"inputs": [%s,
                     {"name": "spectrum", "shape": [1, 1, 1, 4], "datatype": "FP32", "data": [8, 8, 8, 8]},
                     {"name": "presence:spectrum", "shape": [1, 1], "datatype": "FP32", "data": [%s]}],
                     "outputs": [{"name": "quality"}]}
                    """;
            double without = quality(post(INFER, json(request.formatted(rgb(), "0"))));
            double with = quality(post(INFER, json(request.formatted(rgb(), "1"))));
            assertThat(without)
                    .isCloseTo(
                            Objects.requireNonNull(both.expected(1, 1, 1, 0).get("quality"))[0],
                            within(1e-5));
            assertThat(with)
                    .isCloseTo(
                            Objects.requireNonNull(both.expected(1, 1, 1, 8).get("quality"))[0],
                            within(1e-5));
            refused(
                    post(INFER, json(request.formatted(rgb(), "0.5"))),
                    400,
                    "input 'presence:spectrum' holds 0.5, allowed are 0 and 1");
        } finally {
            release(1, camera);
        }
    }

    @Test
    void whereOneRunsAndNoneMayWaitTheOthersAreToldToComeAgain() throws Exception {
        byte[] body = json("{\"inputs\": [%s]}".formatted(rgb()));
        byte[] picture = Captures.picture("png", 8, 8, 0x3070b0);
        Queue<Answer> answers = new ConcurrentLinkedQueue<>();
        Queue<Answer> assessments = new ConcurrentLinkedQueue<>();
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        List<Future<Boolean>> sending = new ArrayList<>();
        try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 16; i++) {
                sending.add(
                        senders.submit(() -> {
                            while (System.nanoTime() < end
                                    && !(refused(answers) && refused(assessments))) {
                                answers.add(post(INFER, body));
                                assessments.add(
                                        post("/api/v1/assessments", "image/png", picture, ""));
                            }
                            return true;
                        }));
            }
        }
        for (Future<Boolean> sender : sending) {
            assertThat(sender.get()).isTrue();
        }
        for (Queue<Answer> all : List.of(answers, assessments)) {
            assertThat(all).anyMatch(answer -> answer.line().startsWith("HTTP/1.1 200"));
            assertThat(all)
                    .allMatch(answer ->
                            answer.line().startsWith("HTTP/1.1 200")
                                    || answer.line().startsWith("HTTP/1.1 429"));
        }
        Answer tensor = first429(answers);
        assertThat(tensor.headers()).containsEntry("retry-after", "1");
        assertThat(tensor.json().path("error").asString())
                .isEqualTo("0 requests are waiting already");
        Answer assessment = first429(assessments);
        assertThat(assessment.headers()).containsEntry("retry-after", "1");
        assertThat(assessment.json().path("type").asString())
                .isEqualTo("urn:retort:problem:overloaded");
    }

    private static boolean refused(Queue<Answer> answers) {
        return answers.stream().anyMatch(answer -> answer.line().startsWith("HTTP/1.1 429"));
    }

    private static Answer first429(Queue<Answer> answers) {
        return answers.stream()
                .filter(answer -> answer.line().startsWith("HTTP/1.1 429"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nobody was refused"));
    }

    private static String rgb() {
        return "{\"name\": \"rgb\", \"shape\": [1, 3, 8, 8], \"datatype\": \"FP32\", \"data\": %s}"
                .formatted(numbers(1, PIXELS));
    }

    private static double quality(Answer answer) throws IOException {
        return answer.json().path("outputs").path(0).path("data").path(0).asDouble();
    }

    private static String numbers(float value, int count) {
        return Collections.nCopies(count, Float.toString(value)).stream()
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static byte[] json(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void refused(Answer answer, int status, String error) throws IOException {
        assertThat(answer.line()).startsWith("HTTP/1.1 " + status);
        assertThat(answer.headers()).containsEntry("content-type", "application/json");
        assertThat(answer.json().propertyNames()).containsExactly("error");
        assertThat(answer.json().path("error").asString()).startsWith(error);
    }

    private void release(int version, Onnx onnx) throws Exception {
        registry.release(version, onnx.bytes());
        try (HttpClient http = HttpClient.newHttpClient()) {
            await().until(() ->
                    JSON.readTree(
                                            http.send(
                                                            HttpRequest.newBuilder(
                                                                            URI.create(
                                                                                    "http://localhost:"
                                                                                            + port
                                                                                            + "/api/v1/model/refresh"))
                                                                    .POST(
                                                                            HttpRequest
                                                                                    .BodyPublishers
                                                                                    .noBody())
                                                                    .build(),
                                                            BodyHandlers.ofString())
                                                    .body())
                                    .path("version")
                                    .asInt()
                            == version);
        }
    }

    /// @param headers by name in lower case
    private record Answer(String line, Map<String, String> headers, byte[] body) {
        JsonNode json() {
            return JSON.readTree(body);
        }
    }

    private Answer get(String path) throws IOException {
        return exchange("GET %s HTTP/1.1\r\nHost: localhost\r\n".formatted(path), new byte[0]);
    }

    private Answer post(String path, byte[] body) throws IOException {
        return post(path, "", body, "");
    }

    /// @param type none where it is empty
    private Answer post(String path, String type, byte[] body, String headers) throws IOException {
        String content = type.isEmpty() ? "" : "Content-Type: " + type + "\r\n";
        return exchange(
                "POST %s HTTP/1.1\r\nHost: localhost\r\n%s%sContent-Length: %d\r\n"
                        .formatted(path, content, headers, body.length),
                body);
    }

    private Answer exchange(String head, byte[] body) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(
                (head + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(body);
        try (Socket socket = new Socket("localhost", port)) {
            socket.getOutputStream().write(request.toByteArray());
            byte[] answer = socket.getInputStream().readAllBytes();
            String text = new String(answer, StandardCharsets.ISO_8859_1);
            int end = text.indexOf("\r\n\r\n");
            String[] lines = text.substring(0, end).split("\r\n", -1);
            Map<String, String> headers = new TreeMap<>();
            for (int i = 1; i < lines.length; i++) {
                int colon = lines[i].indexOf(':');
                headers.put(
                        lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                        lines[i].substring(colon + 1).strip());
            }
            byte[] content = Arrays.copyOfRange(answer, end + 4, answer.length);
            return new Answer(
                    lines[0],
                    headers,
                    "chunked".equals(headers.get("transfer-encoding")) ? joined(content) : content);
        }
    }

    private static byte[] joined(byte[] chunked) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        String text = new String(chunked, StandardCharsets.ISO_8859_1);
        int at = 0;
        while (true) {
            int end = text.indexOf("\r\n", at);
            int size = Integer.parseInt(text.substring(at, end), 16);
            if (size == 0) {
                return joined.toByteArray();
            }
            joined.write(chunked, end + 2, size);
            at = end + 2 + size + 2;
        }
    }
}
