package io.retort.registry.models;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.retort.contract.InvalidRecordException;
import io.retort.registry.models.Models.Alias;
import io.retort.registry.models.Models.Model;
import io.retort.registry.models.Models.Move;
import io.retort.registry.models.Models.Published;
import io.retort.registry.models.Models.Summary;
import io.retort.registry.models.Models.Target;
import io.retort.registry.models.Models.Version;
import io.retort.registry.problems.Problem;
import io.retort.registry.problems.RefusedException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.WebRequest;

@RestController
@RequestMapping("/api/v1/models")
@Tag(name = "models")
final class ModelController {

    static final int MOST = 500;

    private final Models models;
    private final Counter publishedVersions;
    private final Counter movedAliases;

    ModelController(Models models, MeterRegistry meters) {
        this.models = models;
        this.publishedVersions =
                Counter.builder("retort.versions.published")
                        .description("Versions published, repetitions not counted")
                        .register(meters);
        this.movedAliases =
                Counter.builder("retort.aliases.moved")
                        .description("Aliases created or moved")
                        .register(meters);
    }

    /// One page of a list.
    ///
    /// @param next what to ask for to get the next page, absent on the last
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Page<T>(List<T> items, @Nullable String next) {

        /// @param found one more than asked for where there is a next page
        static <T> Page<T> of(List<T> found, int limit, Function<T, String> key) {
            if (found.size() <= limit) {
                return new Page<>(found, null);
            }
            List<T> items = List.copyOf(found.subList(0, limit));
            return new Page<>(items, key.apply(items.getLast()));
        }
    }

    /// @param expected version that the alias has now, 0 for none; absent to move it from any
    record AliasMove(@Nullable Integer version, @Nullable Integer expected) {}

    record AliasTarget(String alias, @JsonUnwrapped Version version) {}

    @Operation(summary = "Publishes a version; the same content again is the same version")
    @PostMapping("/{model}/versions")
    ResponseEntity<Version> publish(
            @PathVariable Name model, @RequestBody Publication publication) {
        Published published = models.publish(model, publication);
        if (published.created()) {
            publishedVersions.increment();
        }
        Version version = models.version(model, published.version());
        URI location = URI.create("/api/v1/models/" + model + "/versions/" + version.version());
        return published.created()
                ? ResponseEntity.created(location).body(version)
                : ResponseEntity.ok().location(location).body(version);
    }

    @Operation(summary = "Models by name")
    @GetMapping
    Page<Model> models(
            @RequestParam(defaultValue = "") String after,
            @RequestParam(defaultValue = "100") int limit) {
        requireLimit(limit);
        return Page.of(models.models(after, limit + 1), limit, Model::model);
    }

    @Operation(summary = "One model")
    @GetMapping("/{model}")
    Model model(@PathVariable Name model) {
        return models.model(model);
    }

    @Operation(summary = "Versions of a model, newest first")
    @GetMapping("/{model}/versions")
    Page<Summary> versions(
            @PathVariable Name model,
            @RequestParam(defaultValue = "2147483647") int before,
            @RequestParam(defaultValue = "100") int limit) {
        requireLimit(limit);
        models.model(model);
        return Page.of(
                models.versions(model, before, limit + 1),
                limit,
                summary -> Integer.toString(summary.version()));
    }

    @Operation(summary = "A version, which never changes")
    @GetMapping("/{model}/versions/{version}")
    ResponseEntity<Version> version(@PathVariable Name model, @PathVariable int version) {
        return ResponseEntity.ok(models.version(model, version));
    }

    /// A page comes from whoever published it, so browsers are told to load nothing for it and to
    /// run nothing in it.
    @Operation(
            summary = "The version's model card, as JSON or as a page by what is accepted",
            responses =
                    @ApiResponse(
                            responseCode = "200",
                            content = {
                                @Content(
                                        mediaType = MediaType.APPLICATION_JSON_VALUE,
                                        schema = @Schema(implementation = Object.class)),
                                @Content(
                                        mediaType = MediaType.TEXT_HTML_VALUE,
                                        schema = @Schema(type = "string"))
                            }))
    @GetMapping("/{model}/versions/{version}/card")
    ResponseEntity<Resource> card(
            @PathVariable Name model,
            @PathVariable int version,
            @Parameter(hidden = true)
                    @RequestHeader(name = HttpHeaders.ACCEPT, defaultValue = MediaType.ALL_VALUE)
                    String accept)
            throws HttpMediaTypeNotAcceptableException {
        CardForm form = CardForm.accepted(accept);
        Resource file = models.card(model, version, form);
        return ResponseEntity.ok()
                .contentType(form.type())
                .cacheControl(CacheControl.noCache())
                .varyBy(HttpHeaders.ACCEPT)
                .header("Content-Security-Policy", CardForm.POLICY)
                .header("X-Content-Type-Options", "nosniff")
                .body(file);
    }

    @Operation(summary = "Moves an alias, or creates it; compares with the expected version first")
    @PutMapping("/{model}/aliases/{alias}")
    ResponseEntity<Move> move(
            @PathVariable Name model, @PathVariable Name alias, @RequestBody AliasMove move) {
        if (move.version() == null) {
            throw new InvalidRecordException("version", "is missing");
        }
        Move moved = models.move(model, alias, move.version(), move.expected());
        if (moved.previousVersion() != moved.version()) {
            movedAliases.increment();
        }
        return moved.previousVersion() == 0
                ? ResponseEntity.created(
                                URI.create("/api/v1/models/" + model + "/aliases/" + alias))
                        .body(moved)
                : ResponseEntity.ok(moved);
    }

    @Operation(summary = "Aliases of a model")
    @GetMapping("/{model}/aliases")
    Page<Alias> aliases(@PathVariable Name model) {
        return new Page<>(models.aliases(model), null);
    }

    /// Gateways ask for this all the time: while they have it already, two keys are looked up.
    @Operation(summary = "The version that an alias points at; send If-None-Match when polling")
    @GetMapping("/{model}/aliases/{alias}")
    @Nullable ResponseEntity<AliasTarget> alias(
            @PathVariable Name model, @PathVariable Name alias, WebRequest request) {
        Target target = models.target(model, alias);
        String etag = target.version() + "-" + target.contentHash();
        if (request.checkNotModified(etag)) {
            return null;
        }
        return ResponseEntity.ok()
                .eTag(etag)
                .cacheControl(CacheControl.noCache())
                .body(new AliasTarget(alias.text(), models.version(model, target.version())));
    }

    private static void requireLimit(int limit) {
        if (limit < 1 || limit > MOST) {
            throw new RefusedException(
                    Problem.INVALID_REQUEST, "limit must be between 1 and " + MOST);
        }
    }
}
