package io.retort.registry.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.retort.registry.Registries;
import io.retort.registry.RunningRegistry;
import io.retort.registry.RunningRegistry.Artifact;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ArgumentsSource;

@ParameterizedClass
@ArgumentsSource(Registries.class)
class ArtifactControllerTests {

    private static final Random RANDOM = new Random(7);

    private final RunningRegistry registry;

    ArtifactControllerTests(RunningRegistry registry) {
        this.registry = registry;
    }

    @Test
    void anUploadIsThereToBeDownloaded() {
        Artifact artifact = random(300_000);
        HttpResponse<String> first = registry.upload(artifact.sha256(), artifact.bytes());
        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(first.headers().firstValue("Location")).contains(path(artifact));
        assertThat(first.body())
                .isEqualTo("{\"sha256\":\"%s\",\"bytes\":300000}".formatted(artifact.sha256()));
        assertThat(registry.upload(artifact.sha256(), artifact.bytes()).statusCode())
                .isEqualTo(200);

        HttpResponse<byte[]> answer = download(artifact);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(artifact.bytes());
        assertThat(answer.headers().map())
                .containsEntry("content-type", List.of("application/octet-stream"))
                .containsEntry("content-length", List.of("300000"))
                .containsEntry("accept-ranges", List.of("bytes"))
                .containsEntry("etag", List.of('"' + artifact.sha256().hex() + '"'))
                .containsEntry("cache-control", List.of("max-age=31536000, public, immutable"));
    }

    @Test
    void filesAreShardedByTheirDigest() {
        Artifact artifact = registry.upload();
        assertThat(registry.stored().read(artifact.sha256())).contains(artifact.bytes());
    }

    @Test
    void anEmptyFileIsAnArtifactToo() {
        Artifact empty = Artifact.of("");
        assertThat(registry.upload(empty.sha256(), empty.bytes()).statusCode()).isEqualTo(201);
        assertThat(download(empty).body()).isEmpty();
    }

    @Test
    void headTellsTheSizeWithoutTheBytes() {
        Artifact artifact = registry.upload();
        HttpResponse<String> answer = head(artifact);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.headers().map())
                .containsEntry("content-length", List.of(Integer.toString(artifact.bytes().length)))
                .containsEntry("accept-ranges", List.of("bytes"))
                .containsEntry("etag", List.of('"' + artifact.sha256().hex() + '"'));
    }

    @Test
    void whoHasTheBytesIsToldThatNothingChanged() {
        Artifact artifact = registry.upload();
        HttpResponse<byte[]> answer =
                download(artifact, "If-None-Match", '"' + artifact.sha256().hex() + '"');
        assertThat(answer.statusCode()).isEqualTo(304);
        assertThat(answer.body()).isEmpty();
        assertThat(download(artifact, "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
    }

    @Test
    void aDownloadGoesOnWhereItBrokeOff() {
        Artifact artifact = random(100_000);
        registry.upload(artifact.sha256(), artifact.bytes());
        HttpResponse<byte[]> rest = download(artifact, "Range", "bytes=60000-");
        assertThat(rest.statusCode()).isEqualTo(206);
        assertThat(rest.headers().firstValue("Content-Range")).contains("bytes 60000-99999/100000");
        assertThat(rest.headers().firstValue("ETag")).contains('"' + artifact.sha256().hex() + '"');
        assertThat(rest.body()).isEqualTo(Arrays.copyOfRange(artifact.bytes(), 60_000, 100_000));

        assertThat(download(artifact, "Range", "bytes=100000-").statusCode()).isEqualTo(416);
    }

    @Test
    void aRangeOfOtherBytesGetsTheWhole() {
        Artifact artifact = random(1000);
        registry.upload(artifact.sha256(), artifact.bytes());
        String etag = '"' + artifact.sha256().hex() + '"';
        assertThat(download(artifact, "Range", "bytes=1-9", "If-Range", etag).statusCode())
                .isEqualTo(206);
        HttpResponse<byte[]> whole =
                download(artifact, "Range", "bytes=1-9", "If-Range", "\"other\"");
        assertThat(whole.statusCode()).isEqualTo(200);
        assertThat(whole.body()).isEqualTo(artifact.bytes());
    }

    @Test
    void bytesOfAnotherDigestAreRefusedAndNotKept() {
        Artifact artifact = random(200_000);
        byte[] corrupted = artifact.bytes().clone();
        corrupted[100_000] ^= 1;
        HttpResponse<String> answer = registry.upload(artifact.sha256(), corrupted);
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(RunningRegistry.parse(answer).get("type").asString())
                .isEqualTo("urn:retort:problem:digest-mismatch");
        assertThat(RunningRegistry.parse(answer).get("actual").asString())
                .isEqualTo(Sha256.of(corrupted).hex());
        assertNothingKept(artifact);
    }

    @Test
    void aWrongUploadLeavesTheGoodFileAlone() {
        Artifact artifact = registry.upload();
        assertThat(registry.upload(artifact.sha256(), new byte[] {1}).statusCode()).isEqualTo(422);
        assertThat(download(artifact).body()).isEqualTo(artifact.bytes());
    }

    @Test
    void aFileLargerThanAllowedIsRefused() {
        Artifact large = random(RunningRegistry.LARGEST_ARTIFACT + 1);
        HttpResponse<String> told = registry.upload(large.sha256(), large.bytes());
        assertThat(told.statusCode()).isEqualTo(413);
        assertThat(told.body()).contains("urn:retort:problem:too-large");

        // In chunks, the size is not told before.
        HttpResponse<String> chunked =
                registry.upload(
                        large.sha256(),
                        BodyPublishers.ofInputStream(
                                () -> new ByteArrayInputStream(large.bytes())));
        assertThat(chunked.statusCode()).isEqualTo(413);
        assertNothingKept(large);

        Artifact largest = random(RunningRegistry.LARGEST_ARTIFACT);
        assertThat(registry.upload(largest.sha256(), largest.bytes()).statusCode()).isEqualTo(201);
    }

    @Test
    void anUploadThatBreaksOffIsNotKept() throws IOException {
        Artifact artifact = random(10_000);
        double before = broken();
        URI uri = registry.uri(path(artifact));
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            String head =
                    """
                    PUT %s HTTP/1.1
                    Host: localhost
                    Content-Length: 10000
                    Content-Type: application/octet-stream

                    """
                            .formatted(uri.getPath())
                            .replace("\n", "\r\n");
            socket.getOutputStream().write(head.getBytes(UTF_8));
            socket.getOutputStream().write(artifact.bytes(), 0, 5000);
            socket.getOutputStream().flush();
        }
        Awaitility.await().until(() -> broken() > before);
        assertNothingKept(artifact);
    }

    @Test
    void uploadsOfOneFileAtOnceAllSucceed() throws Exception {
        Artifact artifact = random(500_000);
        Callable<Integer> upload =
                () -> registry.upload(artifact.sha256(), artifact.bytes()).statusCode();
        List<Integer> statuses = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> done : threads.invokeAll(Collections.nCopies(8, upload))) {
                statuses.add(done.get());
            }
        }
        assertThat(statuses).containsOnly(200, 201).containsOnlyOnce(201);
        assertThat(download(artifact).body()).isEqualTo(artifact.bytes());
        assertThat(registry.stored().unfinished(artifact.sha256())).isEmpty();
    }

    @Test
    void aFileDamagedOnDiskIsNotServedUntilItIsUploadedAgain() {
        Artifact artifact = random(50_000);
        registry.upload(artifact.sha256(), artifact.bytes());
        flipOneBit(artifact);

        HttpResponse<String> answer = registry.get(path(artifact));
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(RunningRegistry.parse(answer).get("type").asString())
                .isEqualTo("urn:retort:problem:damaged-artifact");
        assertThat(answer.headers().firstValue("Cache-Control")).isEmpty();
        assertThat(answer.headers().firstValue("ETag")).isEmpty();
        assertThat(download(artifact, "Range", "bytes=0-9").statusCode()).isEqualTo(404);
        assertThat(head(artifact).statusCode()).isEqualTo(404);
        assertThat(registry.bean(Artifacts.class).bytes(artifact.sha256())).isEmpty();

        assertThat(registry.upload(artifact.sha256(), artifact.bytes()).statusCode())
                .isEqualTo(200);
        assertThat(download(artifact).body()).isEqualTo(artifact.bytes());
    }

    @Test
    void aTruncatedOrMissingFileIsNoticedAtOnce() {
        Artifact truncated = registry.upload();
        registry.stored().write(truncated.sha256(), new byte[] {1});
        assertThat(head(truncated).statusCode()).isEqualTo(404);
        Artifact missing = registry.upload();
        registry.stored().delete(missing.sha256());
        assertThat(download(missing, "Range", "bytes=0-1").statusCode()).isEqualTo(404);
    }

    @Test
    void aScrubFindsTheDamageThatNobodyAskedFor() {
        Artifact good = registry.upload();
        Artifact bad = registry.upload();
        flipOneBit(bad);
        HttpResponse<String> answer = registry.post("/api/v1/artifacts/scrub", "");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(RunningRegistry.parse(answer).get("checked").asInt()).isGreaterThanOrEqualTo(2);
        assertThat(RunningRegistry.parse(answer).get("unknown").asInt()).isZero();
        assertThat(answer.body()).contains(bad.sha256().hex()).doesNotContain(good.sha256().hex());
        assertThat(head(bad).statusCode()).isEqualTo(404);
        assertThat(head(good).statusCode()).isEqualTo(200);
        assertThat(registry.bean(Artifacts.class).totals().damaged()).isPositive();
    }

    @Test
    void aScrubCountsFilesThatTheDatabaseDoesNotKnow() {
        Artifact unknown = random(100);
        registry.stored().write(unknown.sha256(), unknown.bytes());
        Artifacts artifacts = registry.bean(Artifacts.class);
        assertThat(artifacts.scrub().unknown()).isEqualTo(1);

        // Whoever uploads it makes it known.
        assertThat(registry.upload(unknown.sha256(), unknown.bytes()).statusCode()).isEqualTo(201);
        assertThat(artifacts.scrub().unknown()).isZero();
    }

    @Test
    void aScrubReadsEveryPage() {
        Artifacts artifacts = registry.bean(Artifacts.class);
        for (int i = 0; i < 101; i++) {
            Artifact artifact = random(8);
            artifacts.receive(artifact.sha256(), new ByteArrayInputStream(artifact.bytes()));
        }
        assertThat(artifacts.scrub().checked()).isEqualTo(artifacts.totals().artifacts());
    }

    @Test
    void whatIsNoDigestIsNoPath() {
        for (String digest : List.of("abc", "A".repeat(64), "%2e%2e", "g".repeat(64))) {
            HttpResponse<String> answer = registry.get("/api/v1/artifacts/" + digest);
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(RunningRegistry.parse(answer).get("detail").asString())
                    .isEqualTo("sha256: is not a SHA-256 in lower-case hex");
        }
    }

    @Test
    void anUnknownDigestIsNotFound() {
        HttpResponse<String> answer =
                registry.get(path(random(9)), "Accept", "application/octet-stream");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(RunningRegistry.parse(answer).get("type").asString())
                .isEqualTo("urn:retort:problem:not-found");
    }

    @Test
    void onlyBytesAreTaken() {
        Artifact artifact = random(9);
        HttpResponse<String> answer = registry.put(path(artifact), "{}");
        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(answer.body()).contains("urn:retort:problem:unsupported-media-type");
    }

    private HttpResponse<byte[]> download(Artifact artifact, String... headers) {
        return RunningRegistry.send(
                registry.request("GET", path(artifact), BodyPublishers.noBody(), headers),
                BodyHandlers.ofByteArray());
    }

    private HttpResponse<String> head(Artifact artifact) {
        HttpRequest request = registry.request("HEAD", path(artifact), BodyPublishers.noBody());
        return RunningRegistry.send(request);
    }

    private void flipOneBit(Artifact artifact) {
        byte[] bytes = artifact.bytes().clone();
        bytes[bytes.length / 2] ^= 1;
        registry.stored().write(artifact.sha256(), bytes);
    }

    private double broken() {
        return registry.bean(MeterRegistry.class)
                .counter("retort.artifacts.uploads", "outcome", "invalid-request")
                .count();
    }

    private void assertNothingKept(Artifact artifact) {
        assertThat(registry.stored().read(artifact.sha256())).isEmpty();
        assertThat(registry.stored().unfinished(artifact.sha256())).isEmpty();
        assertThat(head(artifact).statusCode()).isEqualTo(404);
    }

    private static String path(Artifact artifact) {
        return "/api/v1/artifacts/" + artifact.sha256();
    }

    private static Artifact random(int bytes) {
        byte[] content = new byte[bytes];
        RANDOM.nextBytes(content);
        return Artifact.of(content);
    }
}
