package io.retort.gateway.bulk;

import io.retort.contract.InvalidRecordException;
import io.retort.gateway.assessment.Assessment;
import io.retort.gateway.assessment.Assessments;
import io.retort.gateway.assessment.CaptureBuilder;
import io.retort.gateway.assessment.Door;
import io.retort.gateway.assessment.ItemProblems;
import io.retort.gateway.inference.Models;
import java.io.IOException;
import java.time.Clock;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/// One request of many items. Holds one of them at a time.
final class Bulk {

    private final Models models;
    private final Assessments assessments;
    private final Clock clock;
    private final String station;
    private final int most;
    private final Set<String> ids = new HashSet<>();
    private long number;
    private long decided;

    /// @param station of items that name none
    /// @param most items that are answered
    Bulk(Models models, Assessments assessments, Clock clock, String station, int most) {
        this.models = models;
        this.assessments = assessments;
        this.clock = clock;
        this.station = station;
        this.most = most;
    }

    /// Takes an answer before the next item is read.
    @FunctionalInterface
    interface Sink {
        void take(BulkAnswer.Line line) throws IOException;
    }

    /// @throws IOException where an answer cannot be given away
    BulkAnswer.End run(Items items, Sink sink) throws IOException {
        @Nullable ProblemDetail ended = null;
        while (ended == null) {
            @Nullable Item item;
            try {
                item = items.next();
            } catch (IOException e) {
                ended = ended(String.valueOf(e.getMessage()));
                break;
            }
            if (item == null) {
                break;
            }
            if (number == most) {
                ended = ended("a request may have %d items".formatted(most));
                break;
            }
            number++;
            sink.take(answer(item));
        }
        return new BulkAnswer.End(decided, number - decided, ended);
    }

    private BulkAnswer.Line answer(Item item) {
        try {
            return switch (item) {
                case Item.Broken broken -> throw broken.cause();
                case Item.Whole whole -> {
                    Assessment assessment = assess(whole);
                    decided++;
                    yield new BulkAnswer.Line(number, assessment.id(), assessment, null);
                }
            };
        } catch (RuntimeException e) {
            return new BulkAnswer.Line(number, item.id(), null, ItemProblems.of(e));
        }
    }

    private Assessment assess(Item.Whole item) {
        String id = item.id() == null ? UUID.randomUUID().toString() : item.id();
        if (!ids.add(id)) {
            throw new InvalidRecordException("id", id + " comes twice");
        }
        try (Models.Lease lease = models.lease()) {
            CaptureBuilder capture =
                    new CaptureBuilder(
                            lease.model().schema(),
                            id,
                            Objects.requireNonNullElse(item.station(), station),
                            clock.instant());
            item.payloads().accept(capture);
            return assessments.assess(lease.model(), capture.build(), Door.BULK);
        }
    }

    private static ProblemDetail ended(String why) {
        return ProblemDetail.forStatusAndDetail(
                HttpStatus.CONTENT_TOO_LARGE, "what follows was not read: " + why);
    }
}
