package io.retort.distillation.publishing;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.retort.access.Credential;
import io.retort.access.Trust;
import io.retort.distillation.progress.Run;
import java.io.FileNotFoundException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The model registry, over HTTP. Everything sent is idempotent, so all of it is sent again after a
/// failure that may pass: no connection, 408, 429, or 5xx.
@Component
public final class Registry implements DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(Registry.class);

    private final PublishingSettings settings;
    private final JsonMapper json;
    private final Clock clock;
    private final Credential credential;
    private final Counter retries;
    private final Trust trust;
    private Connection connection;

    /// A client, and the trust that it was made with: null for the virtual machine's own.
    private record Connection(@Nullable SSLContext trusted, HttpClient http) {

        static Connection by(@Nullable SSLContext trusted) {
            HttpClient.Builder http =
                    HttpClient.newBuilder()
                            .version(HttpClient.Version.HTTP_1_1)
                            .connectTimeout(Duration.ofSeconds(5));
            return new Connection(
                    trusted, (trusted == null ? http : http.sslContext(trusted)).build());
        }
    }

    Registry(
            PublishingSettings settings,
            JsonMapper json,
            Clock clock,
            MeterRegistry meters,
            Credential credential,
            Trust trust) {
        this.settings = settings;
        this.json = json;
        this.clock = clock;
        this.credential = credential;
        this.trust = trust;
        this.connection = Connection.by(trust.context());
        this.retries =
                Counter.builder("retort.publishing.retries")
                        .description("Requests that the registry did not answer and were repeated")
                        .register(meters);
    }

    /// Uploads what the registry lacks, publishes the version and moves the alias.
    ///
    /// @param folder of the release's files
    /// @return the version's number
    /// @throws PublishingException where the registry refuses, or is away for too long
    /// @throws java.util.concurrent.CancellationException with the run
    public int publish(Release release, Path folder, Run run) {
        for (Artifact artifact : release.artifacts().values()) {
            upload(artifact, folder.resolve(artifact.file()), run);
        }
        ObjectNode version = json.createObjectNode();
        version.set("schema", json.readTree(release.schema().toJson()));
        version.set("modalities", json.valueToTree(release.modalities()));
        ObjectNode artifacts = version.putObject("artifacts");
        release.artifacts()
                .forEach((variant, artifact) ->
                        artifacts
                                .putObject(variant)
                                .put("sha256", artifact.sha256())
                                .put("bytes", artifact.bytes()));
        version.set("provenance", release.provenance());
        version.set("evaluation", release.evaluation());
        String model = "/api/v1/models/" + release.model();
        int number = number(send(run, post(model + "/versions", version)));
        if (release.alias() != null) {
            ObjectNode move = json.createObjectNode().put("version", number);
            send(run, put(model + "/aliases/" + release.alias(), move));
        }
        return number;
    }

    /// What a release says of where it comes from.
    ///
    /// @throws PublishingException where there is no such release, or the registry is away for too
    ///   long
    public JsonNode provenance(String model, int version, Run run) {
        String path = "/api/v1/models/%s/versions/%d".formatted(model, version);
        HttpResponse<String> response = send(run, request(path).GET().build());
        return document(response).path("provenance");
    }

    private void upload(Artifact artifact, Path file, Run run) {
        String path = "/api/v1/artifacts/" + artifact.sha256();
        HttpRequest asked = request(path).method("HEAD", BodyPublishers.noBody()).build();
        if (send(run, asked, 404).statusCode() == 404) {
            try {
                send(
                        run,
                        request(path)
                                .header("Content-Type", "application/octet-stream")
                                .PUT(BodyPublishers.ofFile(file))
                                .build());
            } catch (FileNotFoundException e) {
                throw new PublishingException(file + " is gone: run the job again", e);
            }
        }
    }

    private HttpRequest post(String path, JsonNode body) {
        return request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json.writeValueAsString(body)))
                .build();
    }

    private HttpRequest put(String path, JsonNode body) {
        return request(path)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(json.writeValueAsString(body)))
                .build();
    }

    private HttpRequest.Builder request(String path) {
        String base = settings.registry().toString().replaceAll("/+$", "");
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path)).timeout(settings.timeout());
        String authorization = credential.authorization();
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return request;
    }

    private HttpResponse<String> send(Run run, HttpRequest request) {
        return send(run, request, 200);
    }

    /// @param allowed status that is an answer too, beside 2xx
    private HttpResponse<String> send(Run run, HttpRequest request, int allowed) {
        @Nullable Instant failing = null;
        Duration pause = settings.firstPause();
        while (true) {
            String failure;
            @Nullable Throwable cause = null;
            try {
                HttpResponse<String> response =
                        run.await(
                                http().sendAsync(
                                                request,
                                                BodyHandlers.ofString(StandardCharsets.UTF_8)));
                int status = response.statusCode();
                if (status / 100 == 2 || status == allowed) {
                    return response;
                }
                failure = status + " " + detail(response.body());
                if (!passes(status)) {
                    throw new PublishingException(
                            "the model registry refused %s %s: %s"
                                    .formatted(request.method(), request.uri(), failure),
                            null);
                }
            } catch (ExecutionException e) {
                cause = e.getCause() == null ? e : e.getCause();
                failure = describe(cause);
            }
            if (failing == null) {
                failing = clock.instant();
            }
            if (!clock.instant().plus(pause).isBefore(failing.plus(settings.patience()))) {
                throw new PublishingException(
                        "the model registry at %s has been away for %s (%s %s: %s)"
                                .formatted(
                                        settings.registry(),
                                        Duration.between(failing, clock.instant()).plus(pause),
                                        request.method(),
                                        request.uri().getPath(),
                                        failure),
                        cause);
            }
            LOG.info(
                    "The model registry does not answer {} {} ({}); next try in {}",
                    request.method(),
                    request.uri(),
                    failure,
                    pause);
            retries.increment();
            run.pause(pause);
            pause = shorter(pause.multipliedBy(2), settings.longestPause());
        }
    }

    /// Another client where certificates have changed; requests on the one before run to their end.
    private synchronized HttpClient http() {
        SSLContext now = trust.context();
        if (!Objects.equals(connection.trusted(), now)) {
            connection.http().shutdown();
            connection = Connection.by(now);
        }
        return connection.http();
    }

    private static boolean passes(int status) {
        return status >= 500 || status == 408 || status == 429;
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static String describe(Throwable cause) {
        String message = cause.getMessage();
        return cause.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }

    /// A problem's detail, or the start of whatever else came.
    private String detail(String body) {
        try {
            JsonNode detail = json.readTree(body).path("detail");
            if (detail.isString()) {
                return detail.asString();
            }
        } catch (JacksonException _) {
            // No problem document: shown as it came.
        }
        return body.length() > 200 ? body.substring(0, 200) : body;
    }

    private int number(HttpResponse<String> response) {
        JsonNode version = document(response).path("version");
        if (version.isInt() && version.asInt() > 0) {
            return version.asInt();
        }
        throw new PublishingException(
                "the model registry answered without a version: " + detail(response.body()), null);
    }

    private JsonNode document(HttpResponse<String> response) {
        try {
            return json.readTree(response.body());
        } catch (JacksonException e) {
            throw new PublishingException(
                    "the model registry answered with no JSON: " + detail(response.body()), e);
        }
    }

    @Override
    public synchronized void destroy() {
        connection.http().shutdownNow();
    }
}
