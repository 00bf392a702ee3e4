package io.retort.fleet.demo;

import io.retort.contract.Records;
import io.retort.contract.Topics;
import io.retort.contract.v1.Decision;
import io.retort.contract.v1.SoftTarget;
import io.retort.fleet.dataset.Dataset;
import io.retort.fleet.dataset.Dataset.Entry;
import io.retort.fleet.dataset.Dataset.Item;
import io.retort.fleet.dataset.LabelBudget;
import io.retort.fleet.running.Doors;
import io.retort.fleet.running.TopicWatch;
import io.retort.fleet.station.Station;
import io.retort.fleet.terminal.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One demo, from the first capture sent to the report. Everything goes through the doors that
/// stations and plants use: Kafka and REST.
final class Demo {

    /// How long nothing may move before what is missing counts as lost.
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// Fewer than usual, for the sake of time.
    private static final int TEACHER_NETWORKS = 3;

    private final Dataset dataset;
    private final DemoSettings settings;
    private final Doors doors;
    private final FleetClient client;
    private final Console console;

    private Demo(
            Dataset dataset,
            DemoSettings settings,
            Doors doors,
            FleetClient client,
            Console console) {
        this.dataset = dataset;
        this.settings = settings;
        this.doors = doors;
        this.client = client;
        this.console = console;
    }

    static Report run(Dataset dataset, DemoSettings settings, Doors doors, Console console) {
        Set<String> ids = dataset.entries().stream().map(Entry::id).collect(Collectors.toSet());
        try (FleetClient client = new FleetClient(doors.token());
                TopicWatch<SoftTarget> softTargets =
                        TopicWatch.start(
                                doors.brokers(),
                                Topics.SOFT_TARGETS,
                                Records::softTarget,
                                SoftTarget::getCaptureId,
                                ids::contains);
                TopicWatch<Decision> decisions =
                        TopicWatch.start(
                                doors.brokers(),
                                Topics.DECISIONS,
                                Records::decision,
                                Decision::getCaptureId,
                                ids::contains)) {
            return new Demo(dataset, settings, doors, client, console).run(softTargets, decisions);
        }
    }

    private Report run(TopicWatch<SoftTarget> softTargets, TopicWatch<Decision> decisions) {
        List<Entry> heldOut =
                dataset.entries().stream().filter(e -> e.fold() == settings.fold()).toList();
        List<Entry> training =
                dataset.entries().stream().filter(e -> e.fold() != settings.fold()).toList();
        if (heldOut.isEmpty() || training.isEmpty()) {
            throw new IllegalArgumentException(
                    "fold %d holds %d of %d captures; it must leave some on both sides"
                            .formatted(settings.fold(), heldOut.size(), dataset.size()));
        }
        Set<String> annotated =
                LabelBudget.choose(
                        dataset.schema(),
                        training,
                        settings.labelsOf(training.size()),
                        settings.seed());
        Set<String> groups = heldOut.stream().map(Entry::group).collect(Collectors.toSet());

        Known before = known();
        Sent all = send(annotated, heldOut);
        int sent = all.captures();
        JsonNode teacher = trainTeacher(all, before, groups);
        awaitAll("soft targets", softTargets::captures, sent);
        int samples = awaitSamples(all, before);
        JsonNode release = distil(groups);
        keepCard(release);
        awaitGateway(release);
        awaitAll("decisions", decisions::captures, sent);
        Assessments assessments =
                Assessments.send(dataset, heldOut, settings.student(), doors, client, console);

        int lost =
                (int)
                        dataset.entries().stream()
                                .filter(e -> !softTargets.has(e.id()) || !decisions.has(e.id()))
                                .count();
        return report(
                annotated.size(),
                heldOut.size(),
                sent,
                softTargets.captures(),
                samples,
                lost,
                softTargets.repeated() + decisions.repeated(),
                teacher,
                release,
                assessments.report(decisions, before.released()));
    }

    /// What the fleet has from before this run.
    ///
    /// @param complete samples joined
    /// @param released whether the gateway already decides, by an earlier release
    private record Known(
            int captures, int annotations, int complete, int joinedAnnotations, boolean released) {}

    private Known known() {
        JsonNode samples = client.get(at(doors.teacher(), "/api/v1/samples"));
        JsonNode joined = joined();
        return new Known(
                samples.path("captures").asInt(),
                samples.path("annotations").asInt(),
                joined.path("complete").asInt(),
                joined.path("annotations").asInt(),
                !client.get(at(doors.gateway(), "/api/v1/model"))
                        .path("digest")
                        .asString("")
                        .isEmpty());
    }

    /// What the broker has acknowledged.
    private record Sent(int captures, int annotations) {}

    /// Streams every capture, and the labels of those that were inspected or serve evaluation.
    private Sent send(Set<String> annotated, List<Entry> heldOut) {
        console.step(
                "sending %d captures, %d of the training captures with labels"
                        .formatted(dataset.size(), annotated.size()));
        Set<String> evaluated = heldOut.stream().map(Entry::id).collect(Collectors.toSet());
        try (Station station = new Station(doors.brokers(), "demo-inspector", Clock.systemUTC())) {
            for (int i = 0; i < dataset.size(); i++) {
                Item item = dataset.item(i);
                String id = item.capture().getId();
                station.capture(item.capture());
                if (!item.labels().isEmpty()
                        && (annotated.contains(id) || evaluated.contains(id))) {
                    station.annotate(id, item.labels());
                }
                progress("sent", i + 1, dataset.size());
            }
            station.flush();
            return new Sent(station.captures(), station.annotations());
        }
    }

    private JsonNode trainTeacher(Sent sent, Known before, Set<String> groups) {
        console.step("training the teacher on every sensor");
        URI samples = at(doors.teacher(), "/api/v1/samples");
        awaitAll(
                "captures at the teacher",
                () -> client.get(samples).path("captures").asInt() - before.captures(),
                sent.captures());
        awaitAll(
                "annotations at the teacher",
                () -> client.get(samples).path("annotations").asInt() - before.annotations(),
                sent.annotations());
        JsonNode started =
                client.post(
                        at(doors.teacher(), "/api/v1/teachers"),
                        Map.of(
                                "schema",
                                dataset.schema(),
                                "heldOut",
                                Map.of("groups", groups, "share", 0),
                                "networks",
                                TEACHER_NETWORKS));
        URI self = at(doors.teacher(), "/api/v1/teachers/" + started.path("id").asString());
        return awaitEnd(self, "teacher");
    }

    private int awaitSamples(Sent sent, Known before) {
        awaitAll(
                "samples joined",
                () -> joined().path("complete").asInt() - before.complete(),
                sent.captures());
        awaitAll(
                "annotations joined",
                () -> joined().path("annotations").asInt() - before.joinedAnnotations(),
                sent.annotations());
        return joined().path("complete").asInt() - before.complete();
    }

    private JsonNode joined() {
        return client.get(at(doors.distillation(), "/api/v1/samples"));
    }

    private JsonNode distil(Set<String> groups) {
        console.step("distilling a student that sees " + settings.student());
        JsonNode started =
                client.post(
                        at(doors.distillation(), "/api/v1/jobs"),
                        Map.of(
                                "model",
                                settings.model(),
                                "schema",
                                dataset.schema(),
                                "modalities",
                                settings.student(),
                                "heldOut",
                                Map.of("groups", groups, "share", 0),
                                "gate",
                                Map.of("folds", 3, "rounds", 1),
                                "alias",
                                "production"));
        URI self = at(doors.distillation(), "/api/v1/jobs/" + started.path("id").asString());
        return awaitEnd(self, "job").path("result");
    }

    /// Follows a training until it ends; its failure is the demo's.
    private JsonNode awaitEnd(URI self, String what) {
        while (true) {
            JsonNode state = client.get(self);
            switch (state.path("state").asString()) {
                case "succeeded" -> {
                    return state;
                }
                case "failed", "cancelled" ->
                        throw new IllegalStateException(
                                "the %s ended as %s: %s"
                                        .formatted(
                                                what,
                                                state.path("state").asString(),
                                                state.path("problem")));
                default -> {
                    JsonNode progress = state.path("progress");
                    if (progress.has("epoch")) {
                        console.progress(
                                "%s %s %s  epoch %d of %d, loss %.3f"
                                        .formatted(
                                                what,
                                                state.path("phase").asString(""),
                                                Console.bar(
                                                        progress.path("epoch").asLong(),
                                                        progress.path("epochs").asLong(),
                                                        24),
                                                progress.path("epoch").asLong(),
                                                progress.path("epochs").asLong(),
                                                progress.path("loss").asDouble()));
                    } else {
                        console.progress(what + " " + state.path("phase").asString("waits"));
                    }
                    pause();
                }
            }
        }
    }

    /// As a plant would look at it: the page that the registry serves.
    private void keepCard(JsonNode release) {
        URI card =
                at(
                        doors.registry(),
                        "/api/v1/models/%s/versions/%d/card"
                                .formatted(settings.model(), release.path("version").asInt()));
        try {
            Files.write(settings.card(), client.page(card));
        } catch (IOException e) {
            throw new UncheckedIOException("could not keep " + settings.card(), e);
        }
    }

    private void awaitGateway(JsonNode release) {
        String refused = int8Refused(release);
        String variant = refused == null ? "int8" : "fp32";
        if (refused != null) {
            console.line("int8 is refused: " + refused);
        }
        String digest = release.path(variant).path("sha256").asString();
        console.step("rolling out %s %s".formatted(variant, digest));
        long patience = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            JsonNode model = client.get(at(doors.gateway(), "/api/v1/model"));
            if (model.path("digest").asString("").equals(digest)) {
                return;
            }
            if (System.nanoTime() > patience) {
                throw new IllegalStateException("the gateway did not take the release: " + model);
            }
            console.progress("the gateway asks the registry");
            pause();
        }
    }

    /// Why the release holds no int8; null where it does.
    private static @Nullable String int8Refused(JsonNode release) {
        for (JsonNode verdict : release.path("variants")) {
            if (verdict.path("variant").asString().equals("int8") && verdict.has("refused")) {
                return verdict.path("refused").asString();
            }
        }
        return null;
    }

    /// Returns when all are there, or when nothing more came for a long while.
    private void awaitAll(String what, IntSupplier count, int all) {
        console.step("waiting for " + all + " " + what);
        int last = -1;
        long patience = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < patience) {
            int now = count.getAsInt();
            if (now >= all) {
                return;
            }
            if (now > last) {
                last = now;
                patience = System.nanoTime() + PATIENCE.toNanos();
            }
            progress(what, now, all);
            pause();
        }
        console.step("only " + last + " of " + all + " " + what + " came");
    }

    private void progress(String what, int done, int all) {
        console.progress("%s %d of %d %s".formatted(Console.bar(done, all, 24), done, all, what));
    }

    private Report report(
            int labels,
            int heldOut,
            int sent,
            int softTargets,
            int samples,
            int lost,
            int duplicated,
            JsonNode teacher,
            JsonNode release,
            Report.Gateway gateway) {
        String head = LabelBudget.firstClassification(dataset.schema());
        Report.Accuracy best = accuracy(teacher.path("evaluation").path("teacher"), head);
        JsonNode evaluation = release.path("evaluation");
        Report.Accuracy fp32 = accuracy(evaluation.path("fp32"), head);
        Report.Accuracy int8 = accuracy(evaluation.path("int8"), head);
        return new Report(
                settings.data(),
                settings.seed(),
                labels,
                heldOut,
                sent,
                softTargets,
                samples,
                lost,
                duplicated,
                new Report.Teacher(
                        best.accuracy(),
                        best.low(),
                        best.high(),
                        teacher.path("parameters").asLong(),
                        teacher.path("macs").asLong()),
                accuracy(evaluation.path("twin"), head),
                new Report.Student(
                        fp32.accuracy(),
                        fp32.low(),
                        fp32.high(),
                        int8.accuracy(),
                        int8.low(),
                        int8.high(),
                        release.path("parameters").asLong(),
                        release.path("macs").asLong()),
                accuracy(evaluation.path("constant"), head),
                new Report.Artifact(
                        release.path("fp32").path("bytes").asLong(),
                        release.path("int8").path("bytes").asLong(),
                        int8Refused(release)),
                release.path("parityMaxAbsDiff").asDouble(),
                gateway,
                console.seconds());
    }

    private static Report.Accuracy accuracy(JsonNode evaluation, String head) {
        JsonNode found = evaluation.path("heads").path(head);
        if (!found.path("value").isNumber()) {
            throw new IllegalStateException("no " + head + " among " + evaluation);
        }
        return new Report.Accuracy(
                found.path("value").asDouble(),
                found.path("low").asDouble(),
                found.path("high").asDouble());
    }

    static URI at(URI service, String path) {
        return service.resolve(path);
    }

    private static void pause() {
        try {
            Thread.sleep(250);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
