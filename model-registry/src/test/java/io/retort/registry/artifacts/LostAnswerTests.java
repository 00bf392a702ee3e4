package io.retort.registry.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.retort.registry.problems.RefusedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Connections that end before the answer to an upload has come. No real store does so when asked
/// to.
class LostAnswerTests {

    private static final byte[] BYTES = {1, 2, 3};
    private static final byte[] EMPTY = "<Result/>".getBytes(StandardCharsets.US_ASCII);

    /// Sizes of objects.
    private final Map<String, String> kept = new ConcurrentHashMap<>();

    private volatile boolean keeps;
    private HttpServer server;
    private ArtifactObjects objects;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        objects =
                ArtifactObjects.open(
                        Settings.s3(
                                "http://127.0.0.1:" + server.getAddress().getPort(),
                                "artifacts",
                                "s3.access-key",
                                "somebody",
                                "s3.secret-key",
                                "secret"),
                        Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        objects.close();
        server.stop(0);
    }

    @Test
    void whatWasKeptIsThereThoughTheAnswerIsLost() {
        keeps = true;
        Sha256 digest = Sha256.of(BYTES);
        assertThat(objects.receive(digest, new ByteArrayInputStream(BYTES)))
                .isEqualTo(BYTES.length);
        assertThat(objects.hasSize(digest, BYTES.length)).isTrue();
    }

    @Test
    void whatWasNotKeptIsRefused() {
        Sha256 digest = Sha256.of(BYTES);
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> objects.receive(digest, new ByteArrayInputStream(BYTES)))
                .withMessageContaining("nothing was kept, send it again");
        assertThat(objects.hasSize(digest, BYTES.length)).isFalse();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        byte[] body = exchange.getRequestBody().readAllBytes();
        switch (exchange.getRequestMethod()) {
            case "PUT" -> {
                if (keeps) {
                    // Over plain HTTP the body is wrapped in signed chunks.
                    String size =
                            exchange.getRequestHeaders().getFirst("x-amz-decoded-content-length");
                    kept.put(path, size == null ? Integer.toString(body.length) : size);
                }
            }
            case "HEAD" -> {
                String found = path.equals("/artifacts") ? "0" : kept.get(path);
                if (found != null) {
                    exchange.getResponseHeaders().set("Content-Length", found);
                }
                exchange.sendResponseHeaders(found == null ? 404 : 200, -1);
            }
            default -> {
                // A listing of nothing.
                exchange.sendResponseHeaders(200, EMPTY.length);
                exchange.getResponseBody().write(EMPTY);
            }
        }
        exchange.close();
    }
}
