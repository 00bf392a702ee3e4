package io.retort.gateway.assessment;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.Limits;
import io.retort.contract.Records;
import io.retort.contract.v1.Capture;
import io.retort.contract.v1.Image;
import io.retort.gateway.inference.Model;
import io.retort.gateway.inference.Models;
import io.retort.gateway.streaming.Bodies;
import io.retort.gateway.streaming.MultipartParts;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// A body is read before a model is leased, so a slow sender holds no old model open.
@RestController
@RequestMapping(AssessmentController.PATH)
final class AssessmentController {

    static final String PATH = "/api/v1/assessments";

    private static final String PROTOBUF = "application/x-protobuf";

    /// Station of captures that name none.
    private static final String NO_STATION = "rest";

    private final Models models;
    private final Assessments assessments;
    private final Clock clock;
    private final long largestBody;

    AssessmentController(
            Models models, Assessments assessments, Clock clock, AssessmentSettings settings) {
        this.models = models;
        this.assessments = assessments;
        this.clock = clock;
        this.largestBody = settings.largestBody().toBytes();
    }

    /// @param modality that the image is; needed where the model sees several
    @PostMapping(consumes = {MediaType.IMAGE_JPEG_VALUE, MediaType.IMAGE_PNG_VALUE})
    // All kinds of bodies in one place: springdoc keeps one description of a path.
    @Operation(
            operationId = "assess",
            summary = "Assesses one item",
            description =
                    """
                    The body is one image, a multipart form with a part for each modality, or a \
                    whole capture in protobuf. Parts are images or JSON: a vector is \
                    {"values": [], "axis": []}, a signal {"channels", "steps", "hertz", "values"}.
                    """,
            parameters = {
                @Parameter(
                        name = "width",
                        in = ParameterIn.QUERY,
                        description = "Pixels, of raw RGB",
                        schema = @Schema(type = "integer")),
                @Parameter(
                        name = "height",
                        in = ParameterIn.QUERY,
                        description = "Pixels, of raw RGB",
                        schema = @Schema(type = "integer"))
            },
            requestBody =
                    @RequestBody(
                            required = true,
                            content = {
                                @Content(
                                        mediaType = MediaType.IMAGE_JPEG_VALUE,
                                        schema = @Schema(type = "string", format = "binary")),
                                @Content(
                                        mediaType = MediaType.IMAGE_PNG_VALUE,
                                        schema = @Schema(type = "string", format = "binary")),
                                @Content(
                                        mediaType = MediaType.APPLICATION_OCTET_STREAM_VALUE,
                                        schema = @Schema(type = "string", format = "binary")),
                                @Content(
                                        mediaType = MediaType.MULTIPART_FORM_DATA_VALUE,
                                        schema = @Schema(type = "object")),
                                @Content(
                                        mediaType = PROTOBUF,
                                        schema = @Schema(type = "string", format = "binary"))
                            }))
    Assessment image(
            @RequestParam(required = false) @Nullable String modality,
            @RequestParam(required = false) @Nullable String id,
            @RequestParam(required = false) @Nullable String station,
            HttpServletRequest request)
            throws IOException {
        byte[] data = body(request, Limits.IMAGE_BYTES);
        Image.Encoding encoding = encoding(MediaType.parseMediaType(request.getContentType()));
        return assess(
                id,
                station,
                capture -> capture.image(capture.imageModality(modality), encoding, data));
    }

    /// Raw RGB, 3 bytes a pixel, row by row.
    @PostMapping(consumes = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    @Operation(hidden = true)
    Assessment raw(
            @RequestParam int width,
            @RequestParam int height,
            @RequestParam(required = false) @Nullable String modality,
            @RequestParam(required = false) @Nullable String id,
            @RequestParam(required = false) @Nullable String station,
            HttpServletRequest request)
            throws IOException {
        byte[] data = body(request, Limits.IMAGE_BYTES);
        return assess(
                id,
                station,
                capture ->
                        capture.raw(
                                capture.imageModality(modality),
                                Image.Encoding.RGB8,
                                data,
                                width,
                                height));
    }

    /// One part a modality, named by it.
    @PostMapping(consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @Operation(hidden = true)
    Assessment multipart(
            @RequestParam(required = false) @Nullable String id,
            @RequestParam(required = false) @Nullable String station,
            HttpServletRequest request)
            throws IOException {
        Map<String, Consumer<CaptureBuilder>> parts = new LinkedHashMap<>();
        for (MultipartParts.Part part : parts(request)) {
            if (parts.put(part.name(), payload(part)) != null) {
                throw new InvalidRecordException("modalities[" + part.name() + "]", "comes twice");
            }
        }
        return assess(id, station, capture -> parts.values().forEach(part -> part.accept(capture)));
    }

    /// A whole capture, as on Kafka; id and station are its own.
    @PostMapping(consumes = PROTOBUF)
    @Operation(hidden = true)
    Assessment capture(HttpServletRequest request) throws IOException {
        Capture capture = Records.capture(body(request, largestBody));
        try (Models.Lease lease = models.lease()) {
            Model model = lease.model();
            if (!capture.getSchema().equals(model.schema().name())) {
                throw new InvalidRecordException(
                        "schema",
                        "is %s, the model in use answers %s"
                                .formatted(capture.getSchema(), model.schema().name()));
            }
            return assessments.assess(model, capture, Door.REST);
        }
    }

    private Assessment assess(
            @Nullable String id, @Nullable String station, Consumer<CaptureBuilder> payloads) {
        try (Models.Lease lease = models.lease()) {
            CaptureBuilder capture =
                    new CaptureBuilder(
                            lease.model().schema(),
                            id == null ? UUID.randomUUID().toString() : id,
                            station == null ? NO_STATION : station,
                            clock.instant());
            payloads.accept(capture);
            return assessments.assess(lease.model(), capture.build(), Door.REST);
        }
    }

    private List<MultipartParts.Part> parts(HttpServletRequest request) throws IOException {
        InputStream body = new ByteArrayInputStream(body(request, largestBody));
        List<MultipartParts.Part> all = new ArrayList<>();
        try {
            MultipartParts parts =
                    new MultipartParts(
                            body, request.getContentType(), Math.toIntExact(largestBody));
            for (var part = parts.next(); part != null; part = parts.next()) {
                all.add(part);
                if (all.size() > Limits.MODALITIES) {
                    throw new InvalidRecordException(
                            "modalities", "are more than " + Limits.MODALITIES);
                }
            }
        } catch (IOException e) {
            throw new InvalidRequestException(String.valueOf(e.getMessage()));
        }
        return all;
    }

    private static Consumer<CaptureBuilder> payload(MultipartParts.Part part) {
        String modality = part.name();
        byte[] data = part.body();
        if (part.is(MediaType.APPLICATION_JSON)) {
            return capture -> capture.json(modality, data);
        }
        if (part.is(MediaType.IMAGE_JPEG)) {
            return capture -> capture.image(modality, Image.Encoding.JPEG, data);
        }
        if (part.is(MediaType.IMAGE_PNG)) {
            return capture -> capture.image(modality, Image.Encoding.PNG, data);
        }
        String type = part.header(HttpHeaders.CONTENT_TYPE);
        throw new UnsupportedPartException(modality, type == null ? "without a type" : type);
    }

    private static Image.Encoding encoding(MediaType type) {
        return type.isCompatibleWith(MediaType.IMAGE_PNG)
                ? Image.Encoding.PNG
                : Image.Encoding.JPEG;
    }

    private static byte[] body(HttpServletRequest request, long limit) throws IOException {
        return Bodies.read(request, limit, BodyTooLargeException::new);
    }
}
