package io.retort.gateway.inspection;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import io.retort.gateway.routing.Route;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What an inspection found. A frame is an item: whoever photographs an item twice counts it twice.
///
/// @param cause why the stream broke off
/// @param head whose classes are reported; null where the model classifies nothing
/// @param classifications counts by class of every classification head
/// @param regressions by head
@JsonInclude(JsonInclude.Include.NON_NULL)
record Report(
        String id,
        @Nullable String title,
        String station,
        State state,
        @Nullable String cause,
        Instant startedAt,
        Instant endedAt,
        Frames frames,
        List<Served> models,
        @Nullable String head,
        Weighing mass,
        Weighing area,
        List<Category> classes,
        List<RouteShare> routes,
        Map<String, List<Count>> classifications,
        Map<String, Spread> regressions,
        Flagged flagged,
        Track track,
        Errors errors) {

    enum State {
        COMPLETE,
        BROKEN_OFF;

        @JsonValue
        String tag() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /// What shares of mass or area rest on.
    enum Basis {
        /// The model's regression head of that name, item by item.
        HEAD,
        /// What an item of its class usually has, by configuration.
        CONFIGURED,
        /// Nothing better is known: shares are shares of counts.
        COUNT;

        @JsonValue
        String tag() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    record Frames(long received, long decided, long failed) {}

    /// A model that answered some of the frames.
    record Served(String model, int version, String digest, long frames) {}

    /// @param total in the head's unit, or kilograms and square metres where configured
    /// @param note what a reader has to know about the basis
    record Weighing(Basis basis, @Nullable Double total, String note) {}

    /// @param total null where nothing but counts is known
    record Amount(@Nullable Double total, Share share) {}

    /// One class and the items that were taken for it.
    ///
    /// @param purity share of what was taken for the class that is of it, by the model's own
    ///   probabilities, weighed by mass where each item's is known
    /// @param impurity the class that most of the rest is expected to be of
    /// @param quality mean
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Category(
            String category,
            long count,
            Share share,
            Amount mass,
            Amount area,
            Share purity,
            @Nullable Impurity impurity,
            Confidence confidence,
            @Nullable Double quality) {}

    record Impurity(String category, double share) {}

    /// Of the class that was decided for.
    record Confidence(double mean, double lowest) {}

    record Count(String category, long count, Share share) {}

    /// @param route null for frames without one, since the model answers no quality
    record RouteShare(@Nullable Route route, long count, Share share) {}

    record Spread(double mean, double lowest, double highest) {}

    /// @param omitted by route, beyond those that are listed
    record Flagged(List<Flag> positions, Map<Route, Long> omitted) {}

    /// @param number of the frame on its stream, from 1
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Flag(
            long number,
            String id,
            Position position,
            @Nullable Instant time,
            Route route,
            @Nullable Double quality,
            @Nullable String category,
            @Nullable Double confidence) {}

    /// The way that the stream took.
    ///
    /// @param every how many decided frames there are for each point
    record Track(long every, List<Point> points) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Point(Position position, @Nullable Route route) {}

    /// @param first errors, as they were answered
    record Errors(List<Failure> first, long omitted) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Failure(long number, @Nullable String id, @Nullable String field, String detail) {}

    Summary summary() {
        return new Summary(id, title, station, state, startedAt, endedAt, frames);
    }

    /// A report's line in the list of all.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Summary(
            String id,
            @Nullable String title,
            String station,
            State state,
            Instant startedAt,
            Instant endedAt,
            Frames frames) {}
}
