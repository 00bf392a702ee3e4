package io.retort.gateway.inspection;

import io.retort.contract.InvalidRecordException;
import io.retort.gateway.streaming.Answers;
import io.retort.gateway.streaming.MultipartParts;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MimeTypeUtils;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

@RestController
@RequestMapping(InspectionController.PATH)
final class InspectionController {

    static final String PATH = "/api/v1/inspections";

    /// Ids become file names.
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private static final String NO_STATION = "drone";
    private static final int TITLE_CHARACTERS = 200;
    private static final int MOST_LISTED = 100;

    private final Inspections inspections;
    private final Reports reports;
    private final InspectionSettings settings;
    private final JsonMapper json;

    InspectionController(
            Inspections inspections,
            Reports reports,
            InspectionSettings settings,
            JsonMapper json) {
        this.inspections = inspections;
        this.reports = reports;
        this.settings = settings;
        this.json = json;
    }

    @PostMapping(
            consumes = {
                Answers.NDJSON,
                MediaType.MULTIPART_FORM_DATA_VALUE,
                MediaType.MULTIPART_MIXED_VALUE
            },
            produces = {Answers.NDJSON, Answers.EVENTS})
    @Operation(
            operationId = "inspect",
            summary = "Assesses frames as they come, and ends with a report",
            description =
                    """
                    Each frame has a position, {"x", "y", "z"} in metres or {"latitude", \
                    "longitude", "altitude"}, an "id", a "time", and an "image" in base64 or \
                    "modalities" by name. Each is answered by a line before the next is read: a \
                    "decision", or an "error" after which the stream goes on. The last line is the \
                    "report", which is kept.

                    Lines of JSON, or multipart: a JSON part of the same fields followed by its \
                    image (or by the parts that it names in "parts"), or an image whose own \
                    headers are Frame-Position, Frame-Id and Frame-Time. A part with a \
                    Content-Length is answered at its last byte, another at the delimiter behind \
                    it.\
                    """,
            requestBody =
                    @RequestBody(
                            required = true,
                            content = {
                                @Content(
                                        mediaType = Answers.NDJSON,
                                        schema = @Schema(type = "string")),
                                @Content(
                                        mediaType = MediaType.MULTIPART_FORM_DATA_VALUE,
                                        schema = @Schema(type = "object")),
                                @Content(
                                        mediaType = MediaType.MULTIPART_MIXED_VALUE,
                                        schema = @Schema(type = "object"))
                            }),
            responses =
                    @ApiResponse(
                            responseCode = "200",
                            description = "Answers, and the report",
                            content = {
                                @Content(
                                        mediaType = Answers.NDJSON,
                                        schema = @Schema(type = "string")),
                                @Content(
                                        mediaType = Answers.EVENTS,
                                        schema = @Schema(type = "string"))
                            }))
    void inspect(
            @Parameter(description = "Of the inspection: letters, digits and . _ -")
                    @RequestParam(required = false)
                    @Nullable String id,
            @Parameter(description = "Of the report") @RequestParam(required = false)
                    @Nullable String title,
            @Parameter(description = "Whose camera it is") @RequestParam(required = false)
                    @Nullable String station,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        Inspection.Order order = order(id, title, station);
        inspections.run(
                order,
                frames(request),
                () -> {
                    response.setHeader(HttpHeaders.CONTENT_LOCATION, PATH + "/" + order.id());
                    return Answers.begin(request, response, json);
                });
    }

    @GetMapping
    @Operation(operationId = "inspections", summary = "The latest reports, newest first")
    List<Report.Summary> list(@RequestParam(defaultValue = "20") int limit) {
        if (limit < 1 || limit > MOST_LISTED) {
            throw new InvalidRecordException(
                    "limit", "is %d, allowed are 1 to %d".formatted(limit, MOST_LISTED));
        }
        return reports.latest(limit);
    }

    @GetMapping("/{id}")
    @Operation(
            operationId = "inspection",
            summary = "The report of one inspection, as JSON or as a page by what is accepted",
            responses =
                    @ApiResponse(
                            responseCode = "200",
                            content = {
                                @Content(
                                        mediaType = MediaType.APPLICATION_JSON_VALUE,
                                        schema = @Schema(implementation = Report.class)),
                                @Content(
                                        mediaType = MediaType.TEXT_HTML_VALUE,
                                        schema = @Schema(type = "string"))
                            }))
    ResponseEntity<Object> report(
            @PathVariable String id,
            @Parameter(hidden = true)
                    @RequestHeader(name = HttpHeaders.ACCEPT, defaultValue = MediaType.ALL_VALUE)
                    String accept)
            throws HttpMediaTypeNotAcceptableException {
        boolean page = wantsPage(accept);
        Report report = reports.find(id).orElseThrow(() -> new MissingException(id));
        ResponseEntity.BodyBuilder answer =
                ResponseEntity.ok().cacheControl(CacheControl.noCache()).varyBy(HttpHeaders.ACCEPT);
        return page
                ? answer.contentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8))
                        .body(ReportPage.of(report))
                : answer.contentType(MediaType.APPLICATION_JSON).body(report);
    }

    private static boolean wantsPage(String accept) throws HttpMediaTypeNotAcceptableException {
        List<MediaType> forms = List.of(MediaType.APPLICATION_JSON, MediaType.TEXT_HTML);
        List<MediaType> accepted;
        try {
            accepted = MediaType.parseMediaTypes(accept);
        } catch (InvalidMediaTypeException e) {
            throw new HttpMediaTypeNotAcceptableException(forms);
        }
        MimeTypeUtils.sortBySpecificity(accepted);
        for (MediaType type : accepted) {
            for (MediaType form : forms) {
                if (type.includes(form)) {
                    return form.equals(MediaType.TEXT_HTML);
                }
            }
        }
        throw new HttpMediaTypeNotAcceptableException(forms);
    }

    private Frames frames(HttpServletRequest request) throws IOException {
        int largest = Math.toIntExact(settings.largestFrame().toBytes());
        InputStream in = request.getInputStream();
        String type = request.getContentType();
        return MultipartParts.isMultipart(type)
                ? new MultipartFrames(new MultipartParts(in, type, largest))
                : new NdjsonFrames(in, largest);
    }

    private static Inspection.Order order(
            @Nullable String id, @Nullable String title, @Nullable String station) {
        if (id != null && !ID.matcher(id).matches()) {
            throw new InvalidRecordException("id", "must match " + ID);
        }
        if (title != null && title.length() > TITLE_CHARACTERS) {
            throw new InvalidRecordException(
                    "title", "is longer than " + TITLE_CHARACTERS + " characters");
        }
        return new Inspection.Order(
                id == null ? UUID.randomUUID().toString() : id,
                title,
                station == null ? NO_STATION : station);
    }
}
