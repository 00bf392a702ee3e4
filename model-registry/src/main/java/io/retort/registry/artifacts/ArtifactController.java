package io.retort.registry.artifacts;

import io.micrometer.core.instrument.MeterRegistry;
import io.retort.registry.artifacts.Artifacts.Artifact;
import io.retort.registry.artifacts.Artifacts.Scrubbed;
import io.retort.registry.artifacts.Artifacts.Upload;
import io.retort.registry.problems.RefusedException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.InputStreamResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.WebRequest;

@RestController
@RequestMapping("/api/v1/artifacts")
@Tag(name = "artifacts")
final class ArtifactController {

    /// Bytes never change under a digest, so a cache may keep them for good.
    private static final CacheControl FOREVER =
            CacheControl.maxAge(Duration.ofDays(365)).cachePublic().immutable();

    private final Artifacts artifacts;
    private final ArtifactSettings settings;
    private final Scrub scrub;
    private final MeterRegistry meters;

    ArtifactController(
            Artifacts artifacts, ArtifactSettings settings, Scrub scrub, MeterRegistry meters) {
        this.artifacts = artifacts;
        this.settings = settings;
        this.scrub = scrub;
        this.meters = meters;
    }

    record Stored(Sha256 sha256, long bytes) {}

    @Operation(summary = "Stores a file whose SHA-256 is the one in the path; heals a damaged one")
    @PutMapping(value = "/{sha256}", consumes = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_OCTET_STREAM_VALUE,
                            schema = @Schema(type = "string", format = "binary")))
    ResponseEntity<Stored> put(
            @PathVariable Sha256 sha256,
            @Parameter(hidden = true) InputStream body,
            HttpServletRequest request) {
        try {
            settings.refuseLarger(request.getContentLengthLong());
            Upload upload = artifacts.receive(sha256, body);
            countUpload(upload.created() ? "created" : "present");
            Stored stored = new Stored(sha256, upload.bytes());
            return upload.created()
                    ? ResponseEntity.created(URI.create(request.getRequestURI())).body(stored)
                    : ResponseEntity.ok(stored);
        } catch (RefusedException e) {
            countUpload(e.problem().name().toLowerCase(Locale.ROOT).replace('_', '-'));
            throw e;
        }
    }

    @Operation(summary = "Whether a file is there, and its size")
    @RequestMapping(value = "/{sha256}", method = RequestMethod.HEAD)
    @Nullable ResponseEntity<Void> head(@PathVariable Sha256 sha256, WebRequest request) {
        Artifact artifact = artifacts.get(sha256);
        artifacts.content(artifact);
        if (request.checkNotModified(sha256.hex())) {
            return null;
        }
        return answer(artifact).header(HttpHeaders.ACCEPT_RANGES, "bytes").build();
    }

    /// A range is for a client that goes on with what it has, and verifies the whole itself.
    @Operation(summary = "The file; a whole one was verified just before it is sent")
    @GetMapping(value = "/{sha256}", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    @Nullable ResponseEntity<Resource> get(
            @PathVariable Sha256 sha256,
            @Parameter(hidden = true)
                    @RequestHeader(name = HttpHeaders.IF_NONE_MATCH, required = false)
                    @Nullable String ifNoneMatch,
            @Parameter(hidden = true) @RequestHeader(name = HttpHeaders.RANGE, required = false)
                    @Nullable String range,
            @Parameter(hidden = true) @RequestHeader(name = HttpHeaders.IF_RANGE, required = false)
                    @Nullable String ifRange,
            WebRequest request)
            throws IOException {
        Artifact artifact = artifacts.get(sha256);
        if (ifNoneMatch != null && request.checkNotModified(sha256.hex())) {
            return null;
        }
        if (range == null) {
            return answer(artifact).body(artifacts.verifiedContent(artifact));
        }
        if (ifRange != null && !ifRange.equals('"' + sha256.hex() + '"')) {
            // Spring cuts ranges out of any resource that can be opened twice.
            Resource whole = artifacts.verifiedContent(artifact);
            return answer(artifact).body(new InputStreamResource(whole.getInputStream()));
        }
        return ResponseEntity.ok()
                .eTag(sha256.hex())
                .cacheControl(FOREVER)
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .body(artifacts.content(artifact));
    }

    @Operation(summary = "Reads every file now and reports those that are damaged")
    @PostMapping("/scrub")
    Scrubbed scrub() {
        return scrub.run();
    }

    private static ResponseEntity.BodyBuilder answer(Artifact artifact) {
        return ResponseEntity.ok()
                .eTag(artifact.sha256().hex())
                .cacheControl(FOREVER)
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .contentLength(artifact.bytes());
    }

    private void countUpload(String outcome) {
        meters.counter("retort.artifacts.uploads", "outcome", outcome).increment();
    }
}
