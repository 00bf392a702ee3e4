package io.retort.distillation.publishing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A registry on a real socket that keeps to the documented contract as far as publishing goes.
public final class RegistryServer implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpServer server;
    private final Map<String, byte[]> artifacts = new ConcurrentHashMap<>();
    private final List<JsonNode> versions = new CopyOnWriteArrayList<>();
    private final Map<String, Integer> aliases = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger failures = new AtomicInteger();

    private RegistryServer(int port) throws IOException {
        server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/api/v1/artifacts/", guarded(this::artifact));
        server.createContext("/api/v1/models/", guarded(this::model));
        server.start();
    }

    public static RegistryServer start() throws IOException {
        return new RegistryServer(0);
    }

    public static RegistryServer startAt(URI url) throws IOException {
        return new RegistryServer(url.getPort());
    }

    /// Where nobody listens, for now.
    public static URI deserted() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return URI.create("http://localhost:" + socket.getLocalPort());
        }
    }

    public URI url() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    /// The next so many requests are answered 503.
    public void failNext(int requests) {
        failures.set(requests);
    }

    /// The bytes of an artifact; throws where it was not uploaded.
    public byte[] artifact(String sha256) {
        return Objects.requireNonNull(artifacts.get(sha256), sha256);
    }

    /// As published, version 1 first.
    public List<JsonNode> versions() {
        return List.copyOf(versions);
    }

    /// Version by alias.
    public Map<String, Integer> aliases() {
        return Map.copyOf(aliases);
    }

    /// Methods and paths in the order of their arrival.
    public List<String> requests() {
        return new ArrayList<>(requests);
    }

    private interface Handling {
        void handle(HttpExchange exchange, String[] path, byte[] body) throws IOException;
    }

    private com.sun.net.httpserver.HttpHandler guarded(Handling handling) {
        return exchange -> {
            try (exchange) {
                byte[] body = exchange.getRequestBody().readAllBytes();
                String path = exchange.getRequestURI().getPath();
                requests.add(exchange.getRequestMethod() + " " + path);
                if (failures.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                    answer(exchange, 503, problem("down for maintenance"));
                } else {
                    handling.handle(exchange, path.substring("/api/v1/".length()).split("/"), body);
                }
            }
        };
    }

    private void artifact(HttpExchange exchange, String[] path, byte[] body) throws IOException {
        String sha256 = path[1];
        switch (exchange.getRequestMethod()) {
            case "HEAD" ->
                    exchange.sendResponseHeaders(artifacts.containsKey(sha256) ? 200 : 404, -1);
            case "PUT" -> {
                if (!sha256(body).equals(sha256)) {
                    answer(exchange, 422, problem("digest mismatch"));
                } else {
                    boolean there = artifacts.put(sha256, body) != null;
                    exchange.sendResponseHeaders(there ? 200 : 201, -1);
                }
            }
            default -> exchange.sendResponseHeaders(405, -1);
        }
    }

    private void model(HttpExchange exchange, String[] path, byte[] body) throws IOException {
        if (exchange.getRequestMethod().equals("GET")) {
            int version = Integer.parseInt(path[3]);
            if (version > versions.size()) {
                answer(exchange, 404, problem("%s has no version %d".formatted(path[1], version)));
            } else {
                answer(exchange, 200, versions.get(version - 1));
            }
            return;
        }
        JsonNode document = JSON.readTree(body);
        if (path[2].equals("versions")) {
            for (JsonNode artifact : document.path("artifacts")) {
                if (!artifacts.containsKey(artifact.path("sha256").asString())) {
                    answer(exchange, 422, problem("no such artifact"));
                    return;
                }
            }
            boolean there = versions.contains(document);
            if (!there) {
                versions.add(document);
            }
            ObjectNode answer = JSON.createObjectNode().put("model", path[1]);
            answer.put("version", versions.indexOf(document) + 1);
            answer(exchange, there ? 200 : 201, answer);
        } else {
            aliases.put(path[1] + "/" + path[3], document.path("version").asInt());
            answer(exchange, 200, JSON.createObjectNode());
        }
    }

    private static ObjectNode problem(String detail) {
        return JSON.createObjectNode().put("detail", detail);
    }

    private static void answer(HttpExchange exchange, int status, JsonNode body)
            throws IOException {
        byte[] bytes = JSON.writeValueAsString(body).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
