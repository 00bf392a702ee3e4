package io.retort.fleet.bench.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpCallerTests {

    private final Set<Integer> connections = ConcurrentHashMap.newKeySet();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/echo",
                exchange -> {
                    connections.add(exchange.getRemoteAddress().getPort());
                    byte[] body = exchange.getRequestBody().readAllBytes();
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.createContext(
                "/chunked",
                exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    for (int i = 0; i < 3; i++) {
                        exchange.getResponseBody().write(bytes("part " + i + ";"));
                        exchange.getResponseBody().flush();
                    }
                    exchange.close();
                });
        server.createContext(
                "/refused",
                exchange -> {
                    exchange.sendResponseHeaders(429, -1);
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void requestsShareOneConnectionAndAnswersAreReadWhole() throws IOException {
        List<byte[]> requests =
                List.of(
                        HttpCaller.post("/echo", List.of(), bytes("first")),
                        HttpCaller.post("/echo", List.of("X-A: b"), bytes("x".repeat(100_000))));
        try (HttpCaller caller = new HttpCaller(server.getAddress().getPort(), requests)) {
            Set<String> bodies = new HashSet<>();
            for (int i = 0; i < 4; i++) {
                assertThat(caller.call(i)).isTrue();
                bodies.add(caller.body());
            }
            assertThat(bodies).containsExactlyInAnyOrder("first", "x".repeat(100_000));
        }
        assertThat(connections).hasSize(1);
    }

    @Test
    void chunksArePutTogether() throws IOException {
        List<byte[]> requests = List.of(HttpCaller.get("/chunked"));
        try (HttpCaller caller = new HttpCaller(server.getAddress().getPort(), requests)) {
            assertThat(caller.call(0)).isTrue();
            assertThat(caller.body()).isEqualTo("part 0;part 1;part 2;");
            assertThat(caller.call(1)).isTrue();
        }
    }

    @Test
    void anotherStatusIsAFailureAndNobodyThereAnError() throws IOException {
        int port = server.getAddress().getPort();
        try (HttpCaller caller = new HttpCaller(port, List.of(HttpCaller.get("/refused")))) {
            assertThat(caller.call(0)).isFalse();
            assertThat(caller.status(HttpCaller.get("/refused"))).isEqualTo(429);
        }
        server.stop(0);
        try (HttpCaller caller = new HttpCaller(port, List.of(HttpCaller.get("/refused")))) {
            assertThatThrownBy(() -> caller.call(0)).isInstanceOf(IOException.class);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
