package io.retort.distillation.export;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Where a call's time goes, as ONNX Runtime itself measures it. Looking costs about a microsecond
/// an operator, so that the sum is more than a call takes.
///
/// @param micros by kind of operator, in the order in which they first run: the sum of its nodes'
///   medians over calls
public record Profile(Map<String, Double> micros) {

    /// What ONNX Runtime appends to the name of an operator's own time.
    private static final String OWN_TIME = "_kernel_time";

    public Profile {
        micros = Collections.unmodifiableMap(new LinkedHashMap<>(micros));
    }

    /// @param captures that take turns, at least one
    public static Profile of(Path onnx, List<Map<String, float[]>> captures, int calls)
            throws IOException {
        Path folder = Files.createTempDirectory("retort-profile");
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.enableProfiling(folder.resolve("profile").toString());
            OrtSession session =
                    OrtEnvironment.getEnvironment().createSession(onnx.toString(), options);
            try (OnnxModel model = new OnnxModel(session)) {
                for (int call = 0; call < calls; call++) {
                    model.run(List.of(captures.get(call % captures.size())));
                }
                Path written = Path.of(session.endProfiling());
                Profile profile = read(Files.readString(written));
                Files.delete(written);
                return profile;
            }
        } catch (OrtException e) {
            throw new IOException(onnx + " could not be profiled: " + e.getMessage(), e);
        } finally {
            Files.delete(folder);
        }
    }

    static Profile read(String json) {
        Map<Integer, List<Double>> byNode = new LinkedHashMap<>();
        Map<Integer, String> operators = new HashMap<>();
        for (JsonNode event : JsonMapper.builder().build().readTree(json)) {
            if (event.path("name").asString("").endsWith(OWN_TIME)) {
                int node = event.path("args").path("node_index").asInt();
                operators.put(node, event.path("args").path("op_name").asString());
                byNode.computeIfAbsent(node, _ -> new ArrayList<>())
                        .add(event.path("dur").asDouble());
            }
        }
        Map<String, Double> micros = new LinkedHashMap<>();
        byNode.forEach((node, durations) -> {
            durations.sort(null);
            micros.merge(
                    Objects.requireNonNull(operators.get(node)),
                    durations.get(durations.size() / 2),
                    Double::sum);
        });
        return new Profile(micros);
    }
}
