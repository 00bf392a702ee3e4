package io.retort.fleet.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Speaks JSON over HTTP as an outsider does; an answer that is no success is an exception that
/// carries the service's own words.
final class FleetClient implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final String token;
    private final JsonMapper json = JsonMapper.builder().build();
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(TIMEOUT)
                    .build();

    FleetClient(String token) {
        this.token = token;
    }

    JsonNode get(URI uri) {
        return json.readTree(send(HttpRequest.newBuilder(uri).GET()));
    }

    byte[] page(URI uri) {
        return send(HttpRequest.newBuilder(uri).header("Accept", "text/html").GET());
    }

    JsonNode post(URI uri, Object body) {
        return json.readTree(
                send(
                        HttpRequest.newBuilder(uri)
                                .header("Content-Type", "application/json")
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                json.writeValueAsString(body)))));
    }

    JsonNode post(URI uri, String contentType, byte[] body) {
        return json.readTree(
                send(
                        HttpRequest.newBuilder(uri)
                                .header("Content-Type", contentType)
                                .POST(HttpRequest.BodyPublishers.ofByteArray(body))));
    }

    private byte[] send(HttpRequest.Builder builder) {
        HttpRequest request =
                builder.header("Authorization", "Bearer " + token).timeout(TIMEOUT).build();
        try {
            HttpResponse<byte[]> response =
                    http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() / 100 != 2) {
                throw new IllegalStateException(
                        "%s %s answered %d: %s"
                                .formatted(
                                        request.method(),
                                        request.uri(),
                                        response.statusCode(),
                                        new String(
                                                response.body(),
                                                java.nio.charset.StandardCharsets.UTF_8)));
            }
            return response.body();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(
                    request.method() + " " + request.uri() + " got no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
