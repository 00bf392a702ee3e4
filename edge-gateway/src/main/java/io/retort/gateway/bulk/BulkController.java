package io.retort.gateway.bulk;

import io.retort.gateway.assessment.Assessments;
import io.retort.gateway.assessment.BodyTooLargeException;
import io.retort.gateway.inference.Models;
import io.retort.gateway.streaming.Answers;
import io.retort.gateway.streaming.Lines;
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
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/// A body is read item by item, so a request may be larger than the gateway's memory.
@RestController
final class BulkController {

    private final Models models;
    private final Assessments assessments;
    private final Clock clock;
    private final BulkSettings settings;
    private final JsonMapper json;

    BulkController(
            Models models,
            Assessments assessments,
            Clock clock,
            BulkSettings settings,
            JsonMapper json) {
        this.models = models;
        this.assessments = assessments;
        this.clock = clock;
        this.settings = settings;
        this.json = json;
    }

    @PostMapping(
            path = "/api/v1/assessments/bulk",
            consumes = {
                Answers.NDJSON,
                MediaType.MULTIPART_FORM_DATA_VALUE,
                MediaType.MULTIPART_MIXED_VALUE
            },
            produces = {MediaType.APPLICATION_JSON_VALUE, Answers.NDJSON})
    @Operation(
            operationId = "assessMany",
            summary = "Assesses many items, each with an answer or an error of its own",
            description =
                    """
                    Parts are images (or JSON) named by the item's id; lines are {"id", "station", \
                    "image" in base64 or "modalities" by name}. Answers come in the items' order, \
                    as one document, or line by line while items still come in where NDJSON is \
                    accepted.\
                    """,
            requestBody =
                    @RequestBody(
                            required = true,
                            content = {
                                @Content(
                                        mediaType = MediaType.MULTIPART_FORM_DATA_VALUE,
                                        schema = @Schema(type = "object")),
                                @Content(
                                        mediaType = Answers.NDJSON,
                                        schema = @Schema(type = "string"))
                            }),
            responses =
                    @ApiResponse(
                            responseCode = "200",
                            content = {
                                @Content(
                                        mediaType = MediaType.APPLICATION_JSON_VALUE,
                                        schema = @Schema(implementation = BulkAnswer.class)),
                                @Content(
                                        mediaType = Answers.NDJSON,
                                        schema = @Schema(implementation = BulkAnswer.Line.class))
                            }))
    void assess(
            @Parameter(description = "Of items that name none") @RequestParam(defaultValue = "rest")
                    String station,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        long limit = settings.largestBody().toBytes();
        if (request.getContentLengthLong() > limit) {
            throw new BodyTooLargeException(limit);
        }
        models.lease().close();
        Bulk bulk = new Bulk(models, assessments, clock, station, settings.mostItems());
        Items items = items(request, limit);
        if (Answers.wantsLines(request)) {
            Answers answers = Answers.begin(request, response, json);
            BulkAnswer.End end = bulk.run(items, line -> answers.send("item", line.number(), line));
            answers.send("end", end.decided() + end.failed(), end);
        } else {
            List<BulkAnswer.Line> lines = new ArrayList<>();
            BulkAnswer.End end = bulk.run(items, lines::add);
            response.setContentType(MediaType.APPLICATION_JSON_VALUE);
            response.getOutputStream()
                    .write(
                            json.writeValueAsBytes(
                                    new BulkAnswer(
                                            lines, end.decided(), end.failed(), end.ended())));
        }
    }

    private Items items(HttpServletRequest request, long limit) throws IOException {
        int largest = Math.toIntExact(settings.largestItem().toBytes());
        InputStream in = new Bounded(request.getInputStream(), limit);
        String type = request.getContentType();
        return MultipartParts.isMultipart(type)
                ? new Items.OfParts(new MultipartParts(in, type, largest))
                : new Items.OfLines(new Lines(in, largest));
    }

    /// Ends with an error where a body is longer than allowed.
    private static final class Bounded extends InputStream {

        private final InputStream in;
        private final long limit;
        private long left;

        Bounded(InputStream in, long limit) {
            this.in = in;
            this.limit = limit;
            this.left = limit;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            int read = in.read(bytes, from, length);
            left -= Math.max(0, read);
            if (left < 0) {
                throw new IOException("the body is larger than " + limit + " bytes");
            }
            return read;
        }
    }
}
