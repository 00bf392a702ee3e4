package io.retort.fleet.bench.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.retort.contract.Digests;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// What a gateway asks of the registry, and nothing else: where the alias points, and the file.
final class Releases implements AutoCloseable {

    static final String MODEL = "student";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private volatile @Nullable Pointed pointed;

    private record Pointed(String document, String etag) {}

    Releases() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/api/v1/models/" + MODEL + "/aliases/production", this::alias);
        server.createContext("/api/v1/artifacts/", this::artifact);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// Points the alias at a version.
    ///
    /// @return the file's SHA-256, in hex
    synchronized String release(int version, byte[] onnx) {
        String digest = Digests.sha256Hex(onnx);
        files.put(digest, onnx);
        pointed =
                new Pointed(
                        """
                        {"model": "%s", "version": %d,
                         "artifacts": {"int8": {"sha256": "%s", "bytes": %d}}}
                        """
                                .formatted(MODEL, version, digest, onnx.length),
                        "\"" + version + "-" + digest + "\"");
        return digest;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }

    private void alias(HttpExchange exchange) throws IOException {
        Pointed now = pointed;
        if (now == null) {
            send(exchange, 404, new byte[0]);
        } else if (now.etag().equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
            send(exchange, 304, new byte[0]);
        } else {
            exchange.getResponseHeaders().set("ETag", now.etag());
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            send(exchange, 200, now.document().getBytes(StandardCharsets.UTF_8));
        }
    }

    private void artifact(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        byte[] onnx = file(path.substring(path.lastIndexOf('/') + 1));
        send(exchange, onnx == null ? 404 : 200, onnx == null ? new byte[0] : onnx);
    }

    private synchronized byte @Nullable [] file(String digest) {
        return files.get(digest);
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                exchange.getResponseBody().write(body);
            }
        }
    }
}
