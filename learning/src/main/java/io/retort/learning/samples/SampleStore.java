package io.retort.learning.samples;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Timestamp;
import io.retort.contract.Digests;
import io.retort.contract.InvalidRecordException;
import io.retort.contract.Records;
import io.retort.contract.v1.Annotation;
import io.retort.contract.v1.Capture;
import io.retort.contract.v1.Label;
import io.retort.contract.v1.SoftTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A folder of records, one file each, named by the SHA-256 of its capture id. A record is written
/// beside its place and moved into it, so a crash leaves it whole or absent; adding one twice
/// changes nothing, so redelivery is harmless. Safe for use by many threads of one process.
public final class SampleStore {

    private final Path captures;
    private final Path annotations;
    private final Path softTargets;

    private final Map<String, Known> known = new HashMap<>();

    private final Map<String, Timestamp> annotationTimes = new HashMap<>();
    private final Map<String, Timestamp> softTargetTimes = new HashMap<>();

    /// What is kept in memory of a capture.
    ///
    /// @param labelled whether it carries labels of its own
    private record Known(String schema, boolean labelled) {

        static Known of(Capture capture) {
            return new Known(capture.getSchema().intern(), capture.getLabelsCount() > 0);
        }
    }

    /// @param annotated captures with at least one label, their own or an annotation's
    /// @param complete captures with a soft target
    public record Counts(
            int captures, int annotations, int softTargets, int annotated, int complete) {}

    public SampleStore(Path folder) {
        this.captures = folder.resolve("captures");
        this.annotations = folder.resolve("annotations");
        this.softTargets = folder.resolve("soft-targets");
        load(captures, Records::capture).forEach(c -> known.put(c.getId(), Known.of(c)));
        load(annotations, Records::annotation)
                .forEach(a -> annotationTimes.put(a.getCaptureId(), a.getAnnotatedAt()));
        load(softTargets, Records::softTarget)
                .forEach(t -> softTargetTimes.put(t.getCaptureId(), t.getScoredAt()));
    }

    /// False where a capture of that id is here already; the first one stays.
    public synchronized boolean add(Capture capture) {
        if (known.containsKey(capture.getId())) {
            return false;
        }
        write(captures, capture.getId(), capture);
        known.put(capture.getId(), Known.of(capture));
        return true;
    }

    /// False where an annotation of that capture, as new or newer, is here already.
    public synchronized boolean add(Annotation annotation) {
        return replace(
                annotations,
                annotationTimes,
                annotation.getCaptureId(),
                annotation.getAnnotatedAt(),
                annotation);
    }

    /// False where a soft target of that capture, as new or newer, is here already.
    public synchronized boolean add(SoftTarget target) {
        return replace(
                softTargets, softTargetTimes, target.getCaptureId(), target.getScoredAt(), target);
    }

    public synchronized Counts counts() {
        int annotated = 0;
        int complete = 0;
        for (Map.Entry<String, Known> capture : known.entrySet()) {
            if (capture.getValue().labelled() || annotationTimes.containsKey(capture.getKey())) {
                annotated++;
            }
            if (softTargetTimes.containsKey(capture.getKey())) {
                complete++;
            }
        }
        return new Counts(
                known.size(), annotationTimes.size(), softTargetTimes.size(), annotated, complete);
    }

    /// Ids of the schema's captures, ordered.
    public synchronized SortedSet<String> captureIds(String schema) {
        SortedSet<String> ids = new TreeSet<>();
        known.forEach((id, capture) -> {
            if (capture.schema().equals(schema)) {
                ids.add(id);
            }
        });
        return ids;
    }

    /// One capture with what is known of it, for those who cannot hold all of them in memory.
    public Optional<Sample> sample(String id) {
        return read(captures, id, Records::capture)
                .map(capture -> {
                    Map<String, Label> labels = new TreeMap<>(capture.getLabelsMap());
                    read(annotations, id, Records::annotation)
                            .ifPresent(annotation -> labels.putAll(annotation.getLabelsMap()));
                    return new Sample(
                            capture,
                            labels,
                            read(softTargets, id, Records::softTarget).orElse(null));
                });
    }

    /// Every capture of the schema with what is known of it, ordered by capture id.
    public synchronized List<Sample> samples(String schema) {
        Map<String, Annotation> annotationById = new HashMap<>();
        load(annotations, Records::annotation)
                .forEach(a -> annotationById.put(a.getCaptureId(), a));
        Map<String, SoftTarget> targetById = new HashMap<>();
        load(softTargets, Records::softTarget).forEach(t -> targetById.put(t.getCaptureId(), t));
        List<Sample> samples = new ArrayList<>();
        for (Capture capture : load(captures, Records::capture)) {
            if (!capture.getSchema().equals(schema)) {
                continue;
            }
            Map<String, Label> labels = new TreeMap<>(capture.getLabelsMap());
            Annotation annotation = annotationById.get(capture.getId());
            if (annotation != null) {
                labels.putAll(annotation.getLabelsMap());
            }
            samples.add(new Sample(capture, labels, targetById.get(capture.getId())));
        }
        samples.sort(Comparator.comparing(Sample::id));
        return samples;
    }

    private static boolean replace(
            Path folder,
            Map<String, Timestamp> times,
            String id,
            Timestamp time,
            MessageLite message) {
        @Nullable Timestamp present = times.get(id);
        if (present != null && compare(present, time) >= 0) {
            return false;
        }
        write(folder, id, message);
        times.put(id, time);
        return true;
    }

    private static int compare(Timestamp a, Timestamp b) {
        int seconds = Long.compare(a.getSeconds(), b.getSeconds());
        return seconds != 0 ? seconds : Integer.compare(a.getNanos(), b.getNanos());
    }

    private static void write(Path folder, String id, MessageLite message) {
        Path file = file(folder, id);
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.createDirectories(file.getParent());
            Files.write(part, message.toByteArray());
            Files.move(
                    part,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("could not keep " + id + " in " + folder, e);
        }
    }

    private static <M> List<M> load(Path folder, Function<byte[], M> parse) {
        List<M> records = new ArrayList<>();
        try {
            Files.createDirectories(folder);
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file :
                        files.filter(f -> f.toString().endsWith(".pb")).sorted().toList()) {
                    records.add(read(file, parse));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("could not read " + folder, e);
        }
        return records;
    }

    private static <M> Optional<M> read(Path folder, String id, Function<byte[], M> parse) {
        Path file = file(folder, id);
        try {
            return Files.exists(file) ? Optional.of(read(file, parse)) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("could not read " + file, e);
        }
    }

    private static <M> M read(Path file, Function<byte[], M> parse) throws IOException {
        try {
            return parse.apply(Files.readAllBytes(file));
        } catch (InvalidRecordException e) {
            throw new IllegalStateException(
                    file + " is damaged: move it away to go on without it", e);
        }
    }

    private static Path file(Path folder, String id) {
        String name = sha256(id);
        return folder.resolve(name.substring(0, 2)).resolve(name + ".pb");
    }

    private static String sha256(String id) {
        return Digests.sha256Hex(id.getBytes(StandardCharsets.UTF_8));
    }
}
