package io.retort.fleet.demo;

import io.retort.contract.v1.Capture;
import io.retort.contract.v1.Decision;
import io.retort.contract.v1.Image;
import io.retort.contract.v1.Payload;
import io.retort.fleet.dataset.Dataset;
import io.retort.fleet.dataset.Dataset.Entry;
import io.retort.fleet.dataset.LabelBudget;
import io.retort.fleet.running.Doors;
import io.retort.fleet.running.TopicWatch;
import io.retort.fleet.terminal.Console;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;

/// What the gateway answered over REST about the held-out captures, and how long it took.
///
/// @param answers by capture id
/// @param millis of every request after the warm-up, client included, ascending
record Assessments(String head, Map<String, Answer> answers, double[] millis) {

    /// @param truth category that the inspector gave; empty where nobody did
    record Answer(String truth, JsonNode body) {}

    private static final int WARM_UP = 100;
    private static final int LEAST_REQUESTS = 500;

    /// Sends each held-out capture once, then goes round again until the percentiles have enough
    /// requests to stand on.
    static Assessments send(
            Dataset dataset,
            List<Entry> heldOut,
            List<String> student,
            Doors doors,
            FleetClient client,
            Console console) {
        console.step("asking the gateway about %d held-out captures".formatted(heldOut.size()));
        String head = LabelBudget.firstClassification(dataset.schema());
        Map<String, Integer> index = new LinkedHashMap<>();
        for (int i = 0; i < dataset.size(); i++) {
            index.put(dataset.entries().get(i).id(), i);
        }
        List<Request> requests = new ArrayList<>();
        for (Entry entry : heldOut) {
            Capture capture = dataset.item(Objects.requireNonNull(index.get(entry.id()))).capture();
            requests.add(Request.of(doors.gateway(), capture, student));
        }
        for (int i = 0; i < WARM_UP; i++) {
            requests.get(i % requests.size()).send(client);
        }
        Map<String, Answer> answers = new LinkedHashMap<>();
        int total = Math.max(LEAST_REQUESTS, requests.size());
        double[] millis = new double[total];
        for (int i = 0; i < total; i++) {
            int at = i % requests.size();
            long started = System.nanoTime();
            JsonNode body = requests.get(at).send(client);
            millis[i] = (System.nanoTime() - started) / 1e6;
            Entry entry = heldOut.get(at);
            answers.putIfAbsent(
                    entry.id(),
                    new Answer(
                            entry.labels().containsKey(head)
                                    ? entry.labels().get(head).getCategory()
                                    : "",
                            body));
            console.progress("%s %d of %d requests".formatted(Console.bar(i, total, 24), i, total));
        }
        Arrays.sort(millis);
        return new Assessments(head, answers, millis);
    }

    /// @param released whether the gateway decided by an earlier release before this run's: what it
    ///   said then cannot equal what it says now, and is not compared
    Report.Gateway report(TopicWatch<Decision> decisions, boolean released) {
        int compared = 0;
        int mismatches = 0;
        int correct = 0;
        int labelled = 0;
        for (Map.Entry<String, Answer> answer : answers.entrySet()) {
            JsonNode body = answer.getValue().body();
            boolean earlier =
                    released
                            && decisions.has(answer.getKey())
                            && !decisions
                                    .of(answer.getKey())
                                    .getModelDigest()
                                    .equals(body.path("digest").asString(""));
            if (!earlier) {
                compared++;
                if (!decisions.has(answer.getKey()) || !same(decisions.of(answer.getKey()), body)) {
                    mismatches++;
                }
            }
            String truth = answer.getValue().truth();
            if (!truth.isEmpty()) {
                labelled++;
                if (truth.equals(
                        body.path("classifications").path(head).path("category").asString(""))) {
                    correct++;
                }
            }
        }
        return new Report.Gateway(
                millis.length,
                percentile(0.5),
                percentile(0.99),
                labelled == 0 ? Double.NaN : (double) correct / labelled,
                compared,
                mismatches);
    }

    /// Every class, every probability, every value, the route and the model, to the last bit.
    private static boolean same(Decision decision, JsonNode body) {
        boolean same =
                decision.getModelDigest().equals(body.path("digest").asString(""))
                        && decision.getConfidence() == body.path("confidence").asDouble()
                        && route(decision).equals(body.path("route").asString(""))
                        && decision.getClassificationsCount() == body.path("classifications").size()
                        && decision.getRegressionsCount() == body.path("regressions").size();
        for (var head : decision.getClassificationsMap().entrySet()) {
            JsonNode other = body.path("classifications").path(head.getKey());
            same &= head.getValue().getCategory().equals(other.path("category").asString(""));
            for (var p : head.getValue().getProbabilitiesMap().entrySet()) {
                same &= p.getValue() == other.path("probabilities").path(p.getKey()).asDouble(-1);
            }
        }
        for (var value : decision.getRegressionsMap().entrySet()) {
            same &=
                    value.getValue()
                            == body.path("regressions").path(value.getKey()).asDouble(Double.NaN);
        }
        return same;
    }

    private static String route(Decision decision) {
        return switch (decision.getRoute()) {
            case REUSE, REPAIR, RECYCLE, MANUAL ->
                    decision.getRoute().name().toLowerCase(Locale.ROOT);
            case ROUTE_UNSPECIFIED, UNRECOGNIZED -> "";
        };
    }

    /// Nearest rank.
    private double percentile(double share) {
        return millis[(int) Math.min(millis.length - 1, Math.floor(share * millis.length))];
    }

    /// @param uri with what the body does not say
    private record Request(URI uri, String contentType, byte[] body) {

        /// A single image as its own bytes, as a camera node sends it; anything else as a capture.
        static Request of(URI gateway, Capture capture, List<String> student) {
            String path =
                    "/api/v1/assessments?id=%s&station=%s"
                            .formatted(capture.getId(), capture.getStation());
            Payload payload =
                    student.size() == 1 ? capture.getModalitiesMap().get(student.getFirst()) : null;
            if (payload != null && payload.hasImage()) {
                Image image = payload.getImage();
                byte[] bytes = image.getData().toByteArray();
                return switch (image.getEncoding()) {
                    case JPEG -> new Request(Demo.at(gateway, path), "image/jpeg", bytes);
                    case PNG -> new Request(Demo.at(gateway, path), "image/png", bytes);
                    case RGB8 ->
                            new Request(
                                    Demo.at(
                                            gateway,
                                            path
                                                    + "&width="
                                                    + image.getWidth()
                                                    + "&height="
                                                    + image.getHeight()),
                                    "application/octet-stream",
                                    bytes);
                    case GRAY16, ENCODING_UNSPECIFIED, UNRECOGNIZED -> whole(gateway, capture);
                };
            }
            return whole(gateway, capture);
        }

        private static Request whole(URI gateway, Capture capture) {
            return new Request(
                    Demo.at(gateway, "/api/v1/assessments"),
                    "application/x-protobuf",
                    capture.toByteArray());
        }

        JsonNode send(FleetClient client) {
            return client.post(uri, contentType, body);
        }
    }
}
