package io.retort.teacher.scoring;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.retort.contract.Records;
import io.retort.contract.v1.Capture;
import io.retort.learning.samples.SampleStore;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1")
class ScoresController {

    private static final String PROTOBUF = "application/x-protobuf";

    private final ActiveTeacher active;
    private final Scoring scoring;
    private final SampleStore store;
    private final ScoringSettings settings;
    private final Clock clock;
    private final Timer timer;

    ScoresController(
            ActiveTeacher active,
            Scoring scoring,
            SampleStore store,
            ScoringSettings settings,
            Clock clock,
            MeterRegistry meters) {
        this.active = active;
        this.scoring = scoring;
        this.store = store;
        this.settings = settings;
        this.clock = clock;
        this.timer =
                Timer.builder("retort.scoring.request")
                        .description("Time to read and score one capture sent over HTTP")
                        .register(meters);
    }

    /// Scores one capture, a `retort.v1.Capture`, without keeping it.
    @PostMapping(path = "/scores", consumes = PROTOBUF)
    @io.swagger.v3.oas.annotations.parameters.RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = PROTOBUF,
                            schema = @Schema(type = "string", format = "binary")))
    Score score(HttpServletRequest request) throws IOException {
        Timer.Sample started = Timer.start();
        int limit = Math.toIntExact(settings.largestRequest().toBytes());
        if (request.getContentLengthLong() > limit) {
            throw new RequestTooLargeException(settings.largestRequest());
        }
        byte[] body = request.getInputStream().readNBytes(limit + 1);
        if (body.length > limit) {
            throw new RequestTooLargeException(settings.largestRequest());
        }
        Capture capture = Records.capture(body);
        Score score =
                active.use(scorer ->
                        Score.of(scorer.score(capture, clock.instant()), scorer.schema()));
        started.stop(timer);
        return score;
    }

    /// What is kept, and how far the active teacher is with it.
    ///
    /// @param annotated captures with at least one label, their own or an annotation's
    /// @param teacher version of the active teacher
    /// @param scored captures that it has scored
    /// @param rejected captures of its schema's name that do not fit it
    /// @param waiting captures of its schema that are neither; every capture while there is none
    record Samples(
            int captures,
            int annotations,
            int annotated,
            @Nullable String teacher,
            int scored,
            int rejected,
            int waiting) {}

    @GetMapping("/samples")
    Samples samples() {
        Scoring.State state = scoring.state();
        SampleStore.Counts counts = store.counts();
        return new Samples(
                counts.captures(),
                counts.annotations(),
                counts.annotated(),
                state.teacher(),
                state.scored(),
                state.rejected(),
                state.waiting());
    }
}
