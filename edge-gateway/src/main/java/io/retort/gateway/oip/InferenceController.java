package io.retort.gateway.oip;

import io.retort.gateway.inference.Model;
import io.retort.gateway.inference.ModelUnavailableException;
import io.retort.gateway.inference.ModelVersion;
import io.retort.gateway.inference.Models;
import io.retort.gateway.inference.OverloadedException;
import io.retort.gateway.inference.TensorSpec;
import io.retort.gateway.streaming.Bodies;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/// Every operation of the protocol, each with and without a version in its path. A request's
/// content type is not looked at: clients send none, or a form's.
@Hidden
@RestController
@RequestMapping("/v2")
final class InferenceController {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// Bytes of the JSON object, where tensors follow it.
    private static final String HEADER_LENGTH = "Inference-Header-Content-Length";

    private final ServedModel served;
    private final OipSettings settings;

    InferenceController(ServedModel served, OipSettings settings) {
        this.served = served;
        this.settings = settings;
    }

    @GetMapping
    Map<String, Object> server() {
        return ordered(
                "name",
                ServedModel.SERVER,
                "version",
                ServedModel.serverVersion(),
                "extensions",
                List.of("binary_tensor_data"));
    }

    @GetMapping("/health/live")
    Map<String, Object> live() {
        return Map.of("live", true);
    }

    @GetMapping("/health/ready")
    ResponseEntity<Map<String, Object>> ready() {
        boolean ready = served.ready();
        return ResponseEntity.status(ready ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
                .body(Map.of("ready", ready));
    }

    @GetMapping({"/models/{name}/ready", "/models/{name}/versions/{version}/ready"})
    Map<String, Object> modelReady(
            @PathVariable String name, @PathVariable(required = false) @Nullable String version) {
        try (Models.Lease lease = lease(name, version)) {
            return ordered("name", lease.model().version().model(), "ready", true);
        }
    }

    @GetMapping({"/models/{name}", "/models/{name}/versions/{version}"})
    Map<String, Object> model(
            @PathVariable String name, @PathVariable(required = false) @Nullable String version) {
        try (Models.Lease lease = lease(name, version)) {
            Model model = lease.model();
            Map<String, Object> metadata = new LinkedHashMap<>();
            metadata.put("name", model.version().model());
            metadata.put("versions", List.of(Integer.toString(model.version().version())));
            metadata.put("platform", ServedModel.PLATFORM);
            metadata.put("inputs", model.inputs().stream().map(this::described).toList());
            metadata.put("outputs", model.outputs().stream().map(this::described).toList());
            return metadata;
        }
    }

    @PostMapping({"/models/{name}/infer", "/models/{name}/versions/{version}/infer"})
    ResponseEntity<byte[]> infer(
            @PathVariable String name,
            @PathVariable(required = false) @Nullable String version,
            HttpServletRequest request)
            throws IOException {
        byte[] body = body(request);
        InferRequest asked = InferRequest.parse(body, header(request, body.length));
        try (Models.Lease lease = lease(name, version)) {
            return response(
                    lease.model().version(),
                    asked,
                    new Inference(lease.model(), settings.largestBatch()).run(asked));
        }
    }

    @ExceptionHandler
    ResponseEntity<Map<String, Object>> refused(OipException e) {
        return error(e.status(), String.valueOf(e.getMessage()));
    }

    @ExceptionHandler
    ResponseEntity<Map<String, Object>> unavailable(ModelUnavailableException e) {
        return error(HttpStatus.SERVICE_UNAVAILABLE, String.valueOf(e.getMessage()));
    }

    @ExceptionHandler
    ResponseEntity<Map<String, Object>> overloaded(OverloadedException e) {
        return ResponseEntity.status(HttpStatus.TOO_MANY_REQUESTS)
                .header(HttpHeaders.RETRY_AFTER, "1")
                .contentType(MediaType.APPLICATION_JSON)
                .body(Map.of("error", String.valueOf(e.getMessage())));
    }

    private static ResponseEntity<Map<String, Object>> error(HttpStatus status, String message) {
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_JSON)
                .body(Map.of("error", message));
    }

    private Models.Lease lease(String name, @Nullable String version) {
        return served.lease(name, version == null ? "" : version);
    }

    private Map<String, Object> described(TensorSpec tensor) {
        return ordered(
                "name", tensor.name(), "datatype", TensorSpec.DATATYPE, "shape", tensor.shape());
    }

    private byte[] body(HttpServletRequest request) throws IOException {
        return Bodies.read(
                request,
                settings.largestBody().toBytes(),
                limit ->
                        new OipException(
                                HttpStatus.CONTENT_TOO_LARGE,
                                "the body has more than " + limit + " bytes"));
    }

    private static int header(HttpServletRequest request, int length) {
        String header = request.getHeader(HEADER_LENGTH);
        if (header == null) {
            return length;
        }
        try {
            int bytes = Integer.parseInt(header.strip());
            if (bytes >= 0 && bytes <= length) {
                return bytes;
            }
        } catch (NumberFormatException _) {
            // Said below.
        }
        throw OipException.invalid(
                "%s is '%s', the body has %d bytes".formatted(HEADER_LENGTH, header, length));
    }

    private static ResponseEntity<byte[]> response(
            ModelVersion version, InferRequest request, List<Inference.Answer> answers) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(body)) {
            json.writeStartObject();
            json.writeStringProperty("model_name", version.model());
            json.writeStringProperty("model_version", Integer.toString(version.version()));
            if (request.id() != null) {
                json.writeStringProperty("id", request.id());
            }
            json.writeArrayPropertyStart("outputs");
            answers.forEach(answer -> write(json, answer));
            json.writeEndArray();
            json.writeEndObject();
        }
        boolean binary = answers.stream().anyMatch(Inference.Answer::binary);
        HttpHeaders headers = new HttpHeaders();
        headers.setContentType(
                binary ? MediaType.APPLICATION_OCTET_STREAM : MediaType.APPLICATION_JSON);
        if (binary) {
            headers.set(HEADER_LENGTH, Integer.toString(body.size()));
            answers.stream()
                    .filter(Inference.Answer::binary)
                    .forEach(answer -> body.writeBytes(answer.bytes()));
        }
        return new ResponseEntity<>(body.toByteArray(), headers, HttpStatus.OK);
    }

    private static void write(JsonGenerator json, Inference.Answer answer) {
        json.writeStartObject();
        json.writeStringProperty("name", answer.output().name());
        json.writeStringProperty("datatype", TensorSpec.DATATYPE);
        json.writeArrayPropertyStart("shape");
        json.writeNumber(answer.batch());
        answer.output().shape().stream().skip(1).forEach(json::writeNumber);
        json.writeEndArray();
        if (answer.binary()) {
            json.writeObjectPropertyStart("parameters");
            json.writeNumberProperty("binary_data_size", Float.BYTES * answer.values().length);
            json.writeEndObject();
        } else {
            json.writeArrayPropertyStart("data");
            for (float value : answer.values()) {
                json.writeNumber(value);
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static Map<String, Object> ordered(Object... pairs) {
        Map<String, Object> ordered = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            ordered.put((String) pairs[i], pairs[i + 1]);
        }
        return ordered;
    }
}
