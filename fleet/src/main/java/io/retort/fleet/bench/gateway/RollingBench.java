package io.retort.fleet.bench.gateway;

import com.google.protobuf.UnsafeByteOperations;
import io.retort.contract.Digests;
import io.retort.contract.Records;
import io.retort.contract.Times;
import io.retort.contract.Topics;
import io.retort.contract.v1.Capture;
import io.retort.contract.v1.Decision;
import io.retort.contract.v1.Image;
import io.retort.contract.v1.Payload;
import io.retort.fleet.running.Doors;
import io.retort.fleet.running.FleetSettings;
import io.retort.fleet.running.RunningFleet;
import io.retort.fleet.running.TopicWatch;
import io.retort.fleet.station.Station;
import io.retort.fleet.terminal.Console;
import io.retort.fleet.terminal.FleetLog;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// Restarts every service of a fleet in turn, again and again, while stations stream captures and
/// plant systems ask over HTTP. Two gateways share the captures; a load balancer stands before
/// their other doors. Every capture must be decided, and once.
public final class RollingBench {

    private static final String PREFIX = "rolling-";
    private static final int STATIONS = 8;
    private static final int CALLERS = 2;

    /// Of REST, together: what the two gateways answer beside the stream without falling behind.
    private static final double REQUESTS_PER_SECOND = 50;

    /// Without a decision, after which those that are missing are lost.
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Set<String> FAULTS =
            Set.of("lost", "decided again", "answered 5xx", "refused otherwise", "not answered");

    private final Plan plan;
    private final Console console;

    /// @param side of the images, in pixels
    /// @param perSecond captures that stations send
    public record Plan(int side, String network, int captures, int perSecond, long seed) {

        public Plan {
            if (captures < 1 || perSecond < 1) {
                throw new IllegalArgumentException(
                        "captures: %d and a second: %d must be above 0"
                                .formatted(captures, perSecond));
            }
        }
    }

    /// Whether every capture was decided once, and every request answered.
    public static boolean clean(List<Rounds> figures) {
        return figures.stream()
                .filter(figure -> FAULTS.contains(figure.metric()))
                .allMatch(figure -> figure.median() == 0);
    }

    public RollingBench(Plan plan, Console console) {
        this.plan = plan;
        this.console = console;
    }

    public List<Rounds> run() throws IOException {
        Subject subject = Subject.of(plan.side(), plan.network(), plan.seed());
        Path folder = Files.createTempDirectory("retort-bench-rolling");
        console.step("starting the fleet");
        FleetLog.toFile(folder.resolve("fleet.log"));
        try (RunningFleet fleet =
                        RunningFleet.start(
                                new FleetSettings(
                                        folder, true, Releases.MODEL, Bearer.known(folder)),
                                said -> console.line("          " + said));
                HttpClient http = HttpClient.newHttpClient()) {
            release(subject, fleet.doors(), http);
            String second = fleet.addGateway();
            console.line("          a second gateway      at " + fleet.url(second));
            for (String gateway : gateways(fleet)) {
                awaitModel(fleet.url(gateway), fleet.doors(), http);
            }
            return measured(subject, fleet);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted between restarts", e);
        } finally {
            Folders.delete(folder);
        }
    }

    private static List<String> gateways(RunningFleet fleet) {
        return fleet.instances().stream().filter(name -> name.startsWith("edge-gateway")).toList();
    }

    private List<Rounds> measured(Subject subject, RunningFleet fleet)
            throws IOException, InterruptedException {
        Doorman doorman = new Doorman();
        gateways(fleet).forEach(name -> doorman.opens(name, fleet.url(name).getPort()));
        Map<String, List<Double>> restarts = new LinkedHashMap<>();
        AtomicBoolean streaming = new AtomicBoolean(true);
        try (TopicWatch<Decision> decided =
                        TopicWatch.start(
                                fleet.doors().brokers(),
                                Topics.DECISIONS,
                                Records::decision,
                                Decision::getCaptureId,
                                id -> id.startsWith(PREFIX));
                Station station = new Station(fleet.doors().brokers(), "bench", Clock.systemUTC());
                Connections connections = new Connections();
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<byte[]> requests =
                    subject.rawRequests(
                            "/api/v1/assessments?width=%d&height=%d"
                                    .formatted(subject.side(), subject.side()));
            List<Load.Caller> callers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                callers.add(doorman.guest(requests, connections));
            }
            Future<?> stream =
                    threads.submit(() -> {
                        stream(subject, station, decided);
                        streaming.set(false);
                        return null;
                    });
            Future<Integer> asking = threads.submit(() -> ask(callers, streaming));
            do {
                for (String instance : fleet.instances()) {
                    restart(fleet, instance, doorman, restarts);
                }
            } while (streaming.get());
            stream.get();
            int asked = asking.get();
            awaitDecisions(decided);
            return figures(station.captures(), decided, doorman, asked, restarts);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    private static int ask(List<Load.Caller> callers, AtomicBoolean on) {
        int asked = 0;
        while (on.get()) {
            asked += Load.paced(callers, REQUESTS_PER_SECOND, Duration.ofSeconds(1)).nanos().length;
        }
        return asked;
    }

    private static void restart(
            RunningFleet fleet,
            String instance,
            Doorman doorman,
            Map<String, List<Double>> restarts) {
        boolean gateway = instance.startsWith("edge-gateway");
        if (gateway) {
            doorman.closes(instance);
        }
        long from = System.nanoTime();
        fleet.restart(instance);
        restarts.computeIfAbsent(instance, _ -> new ArrayList<>())
                .add((System.nanoTime() - from) / 1e9);
        if (gateway) {
            doorman.opens(instance, fleet.url(instance).getPort());
        }
    }

    private void stream(Subject subject, Station station, TopicWatch<Decision> decided)
            throws InterruptedException {
        long begin = System.nanoTime();
        for (int i = 0; i < plan.captures(); i++) {
            long due = begin + (long) (i * 1e9 / plan.perSecond());
            TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
            station.capture(capture(subject, i));
            if (i % plan.perSecond() == 0) {
                console.progress(
                        "%s %d captures sent, %d decided"
                                .formatted(
                                        Console.bar(i, plan.captures(), 24),
                                        i,
                                        decided.captures()));
            }
        }
        station.flush();
    }

    private static Capture capture(Subject subject, int i) {
        byte[] rgb = subject.rgb().get(i % subject.rgb().size());
        return Capture.newBuilder()
                .setId(PREFIX + i)
                .setStation("station-" + i % STATIONS)
                .setSchema(subject.schema().name())
                .setCapturedAt(Times.timestamp(Clock.systemUTC().instant()))
                .putModalities(
                        Subject.MODALITY,
                        Payload.newBuilder()
                                .setImage(
                                        Image.newBuilder()
                                                .setEncoding(Image.Encoding.RGB8)
                                                .setWidth(subject.side())
                                                .setHeight(subject.side())
                                                .setData(UnsafeByteOperations.unsafeWrap(rgb)))
                                .build())
                .build();
    }

    /// Until all are there, or none has come for long; and a while longer for those that come
    /// twice.
    private void awaitDecisions(TopicWatch<Decision> decided) throws InterruptedException {
        int seen = -1;
        long since = System.nanoTime();
        while (decided.captures() < plan.captures()
                && System.nanoTime() - since < PATIENCE.toNanos()) {
            if (decided.captures() != seen) {
                seen = decided.captures();
                since = System.nanoTime();
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
        TimeUnit.SECONDS.sleep(5);
    }

    private List<Rounds> figures(
            int sent,
            TopicWatch<Decision> decided,
            Doorman doorman,
            int asked,
            Map<String, List<Double>> restarts) {
        List<Rounds> figures = new ArrayList<>();
        figures.add(one("captures", "sent", sent, ""));
        figures.add(one("captures", "lost", sent - decided.captures(), ""));
        figures.add(one("captures", "decided again", decided.repeated(), ""));
        figures.add(one("requests", "sent", asked, ""));
        figures.add(one("requests", "answered 5xx", (double) doorman.serverErrors(), ""));
        figures.add(one("requests", "refused otherwise", (double) doorman.otherRefusals(), ""));
        figures.add(one("requests", "not answered", (double) doorman.unanswered(), ""));
        figures.add(one("requests", "answered by the other gateway", (double) doorman.moved(), ""));
        restarts.forEach((instance, seconds) -> {
            figures.add(one("restarts/" + instance, "restarts", seconds.size(), ""));
            figures.add(new Rounds("restarts/" + instance, "stop and start", seconds, "s"));
        });
        return figures;
    }

    private static Rounds one(String name, String metric, double value, String unit) {
        return new Rounds(name, metric, List.of(value), unit);
    }

    private static void release(Subject subject, Doors doors, HttpClient http)
            throws IOException, InterruptedException {
        byte[] onnx = subject.onnx();
        String digest = Digests.sha256Hex(onnx);
        send(
                http,
                request(doors.registry(), "/api/v1/artifacts/" + digest, doors)
                        .header("Content-Type", "application/octet-stream")
                        .PUT(HttpRequest.BodyPublishers.ofByteArray(onnx)));
        send(
                http,
                json(doors.registry(), "/api/v1/models/" + Releases.MODEL + "/versions", doors)
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        """
                                        {"schema": %s, "modalities": ["%s"],
                                         "artifacts": {"int8": {"sha256": "%s", "bytes": %d}}}
                                        """
                                                .formatted(
                                                        subject.schema().toJson(),
                                                        Subject.MODALITY,
                                                        digest,
                                                        onnx.length))));
        send(
                http,
                json(
                                doors.registry(),
                                "/api/v1/models/" + Releases.MODEL + "/aliases/production",
                                doors)
                        .PUT(HttpRequest.BodyPublishers.ofString("{\"version\": 1}")));
    }

    private static void awaitModel(URI gateway, Doors doors, HttpClient http)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            HttpResponse<String> model =
                    http.send(
                            request(gateway, "/api/v1/model", doors).GET().build(),
                            HttpResponse.BodyHandlers.ofString());
            if (model.statusCode() == 200) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
        throw new IOException(gateway + " has no model after " + PATIENCE.toSeconds() + " s");
    }

    private static HttpRequest.Builder json(URI service, String path, Doors doors) {
        return request(service, path, doors).header("Content-Type", "application/json");
    }

    private static HttpRequest.Builder request(URI service, String path, Doors doors) {
        return HttpRequest.newBuilder(service.resolve(path))
                .header("Authorization", "Bearer " + doors.token())
                .timeout(Duration.ofSeconds(30));
    }

    private static void send(HttpClient http, HttpRequest.Builder builder)
            throws IOException, InterruptedException {
        HttpRequest request = builder.build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(
                    "%s answered %d: %s"
                            .formatted(request.uri(), answer.statusCode(), answer.body()));
        }
    }
}
