package io.retort.gateway.inspection;

import io.retort.gateway.assessment.Assessment;
import io.retort.gateway.assessment.Classified;
import io.retort.gateway.routing.Route;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ProblemDetail;

/// Counts an inspection while it runs. Its memory grows with the classes and with the settings'
/// bounds, not with the frames.
final class Tally {

    private static final int MOST_ERRORS = 100;
    private static final String MASS = "mass";
    private static final String AREA = "area";

    private final InspectionSettings settings;
    private long decided;
    private long failed;
    private @Nullable String head;
    private final Map<String, Bin> bins = new TreeMap<>();
    private final Weights masses = new Weights();
    private final Weights areas = new Weights();
    private final Map<String, Map<String, Long>> classifications = new LinkedHashMap<>();
    private final Map<String, Sums> regressions = new LinkedHashMap<>();
    private final Map<Route, Long> routes = new EnumMap<>(Route.class);
    private long unrouted;
    private final Map<Route, List<Report.Flag>> flags = new EnumMap<>(Route.class);
    private List<Report.Point> points = new ArrayList<>();
    private long every = 1;
    private final List<Report.Failure> failures = new ArrayList<>();
    private final Map<String, Report.Served> models = new LinkedHashMap<>();

    Tally(InspectionSettings settings) {
        this.settings = settings;
    }

    void decided(long number, Position position, @Nullable Instant time, Assessment assessment) {
        models.merge(
                assessment.digest(),
                new Report.Served(assessment.model(), assessment.version(), assessment.digest(), 1),
                (known, _) ->
                        new Report.Served(
                                known.model(),
                                known.version(),
                                known.digest(),
                                known.frames() + 1));
        assessment
                .classifications()
                .forEach((name, classified) ->
                        classifications
                                .computeIfAbsent(name, _ -> new TreeMap<>())
                                .merge(classified.category(), 1L, Long::sum));
        assessment
                .regressions()
                .forEach((name, value) ->
                        regressions.computeIfAbsent(name, _ -> new Sums()).add(value));
        @Nullable Double mass = masses.add(assessment.regressions().get(MASS));
        @Nullable Double area = areas.add(assessment.regressions().get(AREA));
        @Nullable Classified classified = classified(assessment);
        if (classified != null) {
            bins.computeIfAbsent(classified.category(), _ -> new Bin())
                    .add(classified, mass, area, assessment.quality());
        }
        @Nullable Route route = assessment.route();
        if (route == null) {
            unrouted++;
        } else {
            routes.merge(route, 1L, Long::sum);
            List<Report.Flag> listed = flags.computeIfAbsent(route, _ -> new ArrayList<>());
            if (listed.size() < settings.mostFlagged()) {
                listed.add(
                        new Report.Flag(
                                number,
                                assessment.id(),
                                position,
                                time,
                                route,
                                assessment.quality(),
                                classified == null ? null : classified.category(),
                                classified == null ? null : classified.confidence()));
            }
        }
        track(new Report.Point(position, route));
        decided++;
    }

    void failed(long number, @Nullable String id, ProblemDetail problem) {
        failed++;
        if (failures.size() < MOST_ERRORS) {
            Map<String, Object> properties = problem.getProperties();
            Object field = properties == null ? null : properties.get("field");
            failures.add(
                    new Report.Failure(
                            number,
                            id,
                            field == null ? null : field.toString(),
                            String.valueOf(problem.getDetail())));
        }
    }

    Report report(
            String id,
            @Nullable String title,
            String station,
            Instant startedAt,
            Instant endedAt,
            @Nullable String cause) {
        Weighed mass = masses.weighed(MASS, settings.mass(), bins, bin -> bin.mass);
        Weighed area = areas.weighed(AREA, settings.area(), bins, bin -> bin.area);
        return new Report(
                id,
                title,
                station,
                cause == null ? Report.State.COMPLETE : Report.State.BROKEN_OFF,
                cause,
                startedAt,
                endedAt,
                new Report.Frames(decided + failed, decided, failed),
                List.copyOf(models.values()),
                head,
                mass.weighing(),
                area.weighing(),
                classes(mass, area),
                routeShares(),
                counts(),
                spreads(),
                flagged(),
                new Report.Track(every, List.copyOf(points)),
                new Report.Errors(List.copyOf(failures), failed - failures.size()));
    }

    /// The head is settled by the first model, so that one report speaks of one head.
    private @Nullable Classified classified(Assessment assessment) {
        if (head == null) {
            head =
                    assessment.classifications().containsKey(settings.classHead())
                            ? settings.classHead()
                            : assessment.classifications().keySet().stream()
                                    .findFirst()
                                    .orElse(null);
        }
        return head == null ? null : assessment.classifications().get(head);
    }

    /// Where the points become too many, every second one goes, and from there on as few come.
    private void track(Report.Point point) {
        if (decided % every != 0) {
            return;
        }
        if (points.size() == settings.mostPoints()) {
            List<Report.Point> kept = new ArrayList<>();
            for (int i = 0; i < points.size(); i += 2) {
                kept.add(points.get(i));
            }
            points = kept;
            every *= 2;
            if (decided % every != 0) {
                return;
            }
        }
        points.add(point);
    }

    private List<Report.Category> classes(Weighed mass, Weighed area) {
        long items = bins.values().stream().mapToLong(bin -> bin.count).sum();
        List<Report.Category> classes = new ArrayList<>();
        bins.forEach((name, bin) -> {
            Share share = Share.of(bin.count, items);
            classes.add(
                    new Report.Category(
                            name,
                            bin.count,
                            share,
                            mass.amount(name, share),
                            area.amount(name, share),
                            bin.purity(mass.weighing().basis() == Report.Basis.HEAD),
                            bin.impurity(name),
                            new Report.Confidence(bin.confidence / bin.count, bin.lowest),
                            bin.qualities == 0 ? null : bin.quality / bin.qualities));
        });
        classes.sort(
                Comparator.comparingLong(Report.Category::count)
                        .reversed()
                        .thenComparing(Report.Category::category));
        return classes;
    }

    private List<Report.RouteShare> routeShares() {
        List<Report.RouteShare> shares = new ArrayList<>();
        routes.forEach((route, count) ->
                shares.add(new Report.RouteShare(route, count, Share.of(count, decided))));
        if (unrouted > 0) {
            shares.add(new Report.RouteShare(null, unrouted, Share.of(unrouted, decided)));
        }
        return shares;
    }

    private Map<String, List<Report.Count>> counts() {
        Map<String, List<Report.Count>> counts = new LinkedHashMap<>();
        classifications.forEach((name, byClass) -> {
            long all = byClass.values().stream().mapToLong(count -> count).sum();
            counts.put(
                    name,
                    byClass.entrySet().stream()
                            .map(entry ->
                                    new Report.Count(
                                            entry.getKey(),
                                            entry.getValue(),
                                            Share.of(entry.getValue(), all)))
                            .sorted(Comparator.comparingLong(Report.Count::count).reversed())
                            .toList());
        });
        return counts;
    }

    private Map<String, Report.Spread> spreads() {
        Map<String, Report.Spread> spreads = new LinkedHashMap<>();
        regressions.forEach((name, sums) ->
                spreads.put(
                        name, new Report.Spread(sums.sum / sums.count, sums.lowest, sums.highest)));
        return spreads;
    }

    private Report.Flagged flagged() {
        Map<Route, Long> omitted = new EnumMap<>(Route.class);
        flags.forEach((route, listed) -> {
            long rest = routes.getOrDefault(route, 0L) - listed.size();
            if (rest > 0) {
                omitted.put(route, rest);
            }
        });
        return new Report.Flagged(
                flags.values().stream()
                        .flatMap(List::stream)
                        .sorted(Comparator.comparingLong(Report.Flag::number))
                        .toList(),
                omitted);
    }

    private static final class Sums {
        private long count;
        private double sum;
        private double lowest = Double.POSITIVE_INFINITY;
        private double highest = Double.NEGATIVE_INFINITY;

        void add(double value) {
            count++;
            sum += value;
            lowest = Math.min(lowest, value);
            highest = Math.max(highest, value);
        }
    }

    /// Items that were taken for one class.
    private static final class Bin {
        private long count;
        private double confidence;
        private double lowest = 1;
        private double quality;
        private long qualities;
        private double mass;
        private double massSquares;
        private double ownMass;
        private double area;

        /// Sum of probabilities by class, so what the bin is expected to hold.
        private final Map<String, Double> contents = new LinkedHashMap<>();

        void add(
                Classified classified,
                @Nullable Double itemMass,
                @Nullable Double itemArea,
                @Nullable Double itemQuality) {
            double sure = classified.confidence();
            count++;
            confidence += sure;
            lowest = Math.min(lowest, sure);
            classified
                    .probabilities()
                    .forEach((category, p) -> contents.merge(category, p, Double::sum));
            if (itemQuality != null) {
                quality += itemQuality;
                qualities++;
            }
            if (itemMass != null) {
                mass += itemMass;
                massSquares += itemMass * itemMass;
                ownMass += itemMass * sure;
            }
            if (itemArea != null) {
                area += itemArea;
            }
        }

        Share purity(boolean byMass) {
            return byMass && mass > 0
                    ? Share.weighted(ownMass, mass, massSquares)
                    : Share.of(Math.clamp(confidence / count, 0, 1), (double) count);
        }

        Report.@Nullable Impurity impurity(String own) {
            return contents.entrySet().stream()
                    .filter(entry -> !entry.getKey().equals(own) && entry.getValue() > 0)
                    .max(Map.Entry.comparingByValue())
                    .map(entry -> new Report.Impurity(entry.getKey(), entry.getValue() / count))
                    .orElse(null);
        }
    }

    /// Masses or areas, by the head of that name.
    private static final class Weights {
        private double sum;
        private double squares;
        private long known;
        private long unknown;

        /// What a head says below 0 means nothing.
        @Nullable Double add(@Nullable Double value) {
            if (value == null) {
                unknown++;
                return null;
            }
            double weight = Math.max(0, value);
            known++;
            sum += weight;
            squares += weight * weight;
            return weight;
        }

        Weighed weighed(
                String name,
                Map<String, Double> configured,
                Map<String, Bin> bins,
                java.util.function.ToDoubleFunction<Bin> byHead) {
            Map<String, Double> totals = new TreeMap<>();
            if (known > 0 && unknown == 0 && sum > 0) {
                bins.forEach((category, bin) -> totals.put(category, byHead.applyAsDouble(bin)));
                return new Weighed(
                        new Report.Weighing(
                                Report.Basis.HEAD, sum, "by the model's head '" + name + "'"),
                        totals,
                        sum,
                        squares);
            }
            List<String> missing =
                    bins.keySet().stream().filter(c -> !configured.containsKey(c)).toList();
            if (!bins.isEmpty() && missing.isEmpty()) {
                double total = 0;
                double totalSquares = 0;
                for (var bin : bins.entrySet()) {
                    double item = Objects.requireNonNull(configured.get(bin.getKey()));
                    double all = item * bin.getValue().count;
                    totals.put(bin.getKey(), all);
                    total += all;
                    totalSquares += all * item;
                }
                return new Weighed(
                        new Report.Weighing(
                                Report.Basis.CONFIGURED,
                                total,
                                "by the usual %s of one item of each class".formatted(name)),
                        totals,
                        total,
                        totalSquares);
            }
            String why =
                    known > 0 && unknown > 0
                            ? "some of the models had no head '%s'".formatted(name)
                            : known > 0
                                    ? "the model's head '%s' says 0 of everything".formatted(name)
                                    : "the model has no head '%s'".formatted(name);
            return new Weighed(
                    new Report.Weighing(
                            Report.Basis.COUNT,
                            null,
                            bins.isEmpty()
                                    ? "nothing was classified"
                                    : "shares of counts: %s, and none is configured for %s"
                                            .formatted(why, missing)),
                    totals,
                    0,
                    0);
        }
    }

    private record Weighed(
            Report.Weighing weighing, Map<String, Double> totals, double total, double squares) {

        Report.Amount amount(String category, Share share) {
            Double part = totals.get(category);
            return part == null
                    ? new Report.Amount(null, share)
                    : new Report.Amount(part, Share.weighted(part, total, squares));
        }
    }
}
