package io.retort.gateway.rollout;

import io.retort.access.Credential;
import io.retort.access.Trust;
import io.retort.gateway.beside.Beside;
import io.retort.gateway.beside.Beside.Interrupt;
import io.retort.gateway.inference.ModelVersion;
import io.retort.gateway.power.PowerMode;
import io.retort.gateway.rollout.RolloutException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The model registry, as far as a gateway asks it.
@Component
final class RegistryClient {

    /// Of an alias' document: schema, provenance and evaluation are in it.
    private static final int LARGEST_DOCUMENT = 8 * 1024 * 1024;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final RolloutSettings settings;
    private final RestClient http;

    RegistryClient(RolloutSettings settings, Credential credential, Trust trust) {
        this.settings = settings;
        // This client's read timeout holds for every read of a body too, so a download that stalls
        // ends.
        SimpleClientHttpRequestFactory requests = new TrustingRequests(trust);
        requests.setConnectTimeout(settings.connectTimeout());
        requests.setReadTimeout(settings.readTimeout());
        this.http =
                RestClient.builder()
                        .requestFactory(requests)
                        .requestInitializer(request -> {
                            String authorization = credential.authorization();
                            if (authorization != null) {
                                request.getHeaders().set(HttpHeaders.AUTHORIZATION, authorization);
                            }
                        })
                        .baseUrl(settings.registry().toString().replaceAll("/+$", ""))
                        .build();
    }

    /// Connections by the trust of the moment.
    private static final class TrustingRequests extends SimpleClientHttpRequestFactory {

        private final Trust trust;

        TrustingRequests(Trust trust) {
            this.trust = trust;
        }

        @Override
        protected void prepareConnection(HttpURLConnection connection, String method)
                throws IOException {
            SSLSocketFactory sockets = trust.sockets();
            if (sockets != null && connection instanceof HttpsURLConnection secure) {
                secure.setSSLSocketFactory(sockets);
            }
            super.prepareConnection(connection, method);
        }
    }

    /// Reads a response's body.
    @FunctionalInterface
    interface Download {
        void read(InputStream body);
    }

    /// @param etag of the answer that is known already
    AliasAnswer alias(@Nullable String etag) {
        String path = "/api/v1/models/{model}/aliases/{alias}";
        return ask(
                http.get()
                        .uri(path, settings.model(), settings.alias())
                        .headers(headers -> {
                            if (etag != null) {
                                headers.set(HttpHeaders.IF_NONE_MATCH, etag);
                            }
                        }),
                response -> {
                    HttpStatusCode status = response.getStatusCode();
                    if (status.isSameCodeAs(HttpStatus.NOT_MODIFIED)) {
                        return new AliasAnswer.Unchanged();
                    }
                    if (status.isSameCodeAs(HttpStatus.NOT_FOUND)) {
                        throw new RolloutException(
                                Reason.NOT_RELEASED,
                                "the registry has no alias %s of model %s"
                                        .formatted(settings.alias(), settings.model()));
                    }
                    requireOk(status, "the alias");
                    byte[] document = response.getBody().readNBytes(LARGEST_DOCUMENT + 1);
                    return release(document, response.getHeaders().getETag());
                });
    }

    /// @throws RolloutException also from `download`
    void artifact(String digest, Download download) {
        ask(
                http.get().uri("/api/v1/artifacts/{digest}", digest),
                response -> {
                    requireOk(response.getStatusCode(), "artifact " + digest);
                    download.read(response.getBody());
                    return true;
                });
    }

    private record Artifact(String sha256, long bytes) {}

    private record Version(String model, int version, Map<String, Artifact> artifacts) {}

    private AliasAnswer release(byte[] document, @Nullable String etag) {
        if (document.length > LARGEST_DOCUMENT) {
            throw unreadable("is larger than " + LARGEST_DOCUMENT + " bytes", null);
        }
        @Nullable Version version;
        try {
            version = JSON.readValue(document, Version.class);
        } catch (JacksonException e) {
            throw unreadable("cannot be read: " + e.getOriginalMessage(), e);
        }
        if (version == null || version.artifacts() == null) {
            throw unreadable("has no artifacts", null);
        }
        if (!settings.model().equals(version.model()) || version.version() < 1) {
            throw unreadable(
                    "is of model %s, version %d".formatted(version.model(), version.version()),
                    null);
        }
        Map<PowerMode, Choice> choices = new EnumMap<>(PowerMode.class);
        for (PowerMode mode : PowerMode.values()) {
            choices.put(mode, choice(version, settings.wanted(mode)));
        }
        return new AliasAnswer.Release(choices, etag);
    }

    private Choice choice(Version version, List<String> wanted) {
        String variant =
                wanted.stream()
                        .filter(version.artifacts()::containsKey)
                        .findFirst()
                        .orElseThrow(() ->
                                new RolloutException(
                                        Reason.VARIANT_MISSING,
                                        "version %d of %s has no variant %s, only %s"
                                                .formatted(
                                                        version.version(),
                                                        version.model(),
                                                        String.join(" or ", wanted),
                                                        version.artifacts().keySet())));
        Artifact artifact = Objects.requireNonNull(version.artifacts().get(variant));
        if (artifact.sha256() == null || !artifact.sha256().matches("[0-9a-f]{64}")) {
            throw unreadable("names the digest " + artifact.sha256(), null);
        }
        if (artifact.bytes() < 1 || artifact.bytes() > settings.largest().toBytes()) {
            throw unreadable(
                    "names an artifact of %d bytes, allowed are 1 to %d"
                            .formatted(artifact.bytes(), settings.largest().toBytes()),
                    null);
        }
        return new Choice(
                new ModelVersion(version.model(), version.version(), variant, artifact.sha256()),
                artifact.bytes());
    }

    @FunctionalInterface
    private interface Reading<T> {
        T read(ClientHttpResponse response) throws IOException;
    }

    /// On a virtual thread, which alone can be interrupted in a read that hangs.
    private <T> T ask(RestClient.RequestHeadersSpec<?> request, Reading<T> reading) {
        try {
            return Beside.run(
                    Thread.ofVirtual().name("registry-exchange"),
                    Interrupt.REACHES_THE_WORK,
                    () ->
                            request.exchangeForRequiredValue(
                                    (_, response) -> reading.read(response)));
        } catch (ResourceAccessException e) {
            throw new RolloutException(
                    Reason.REGISTRY_AWAY,
                    "no answer from %s: %s".formatted(settings.registry(), root(e)),
                    e);
        }
    }

    private void requireOk(HttpStatusCode status, String what) {
        if (!status.isSameCodeAs(HttpStatus.OK)) {
            throw new RolloutException(
                    status.is5xxServerError() ? Reason.REGISTRY_AWAY : Reason.REGISTRY_ANSWER,
                    "%s answers %d when asked for %s"
                            .formatted(settings.registry(), status.value(), what));
        }
    }

    private static RolloutException unreadable(String problem, @Nullable Throwable cause) {
        String detail = "the registry's answer for the alias " + problem;
        return cause == null
                ? new RolloutException(Reason.REGISTRY_ANSWER, detail)
                : new RolloutException(Reason.REGISTRY_ANSWER, detail, cause);
    }

    private static String root(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }
}
