package io.retort.learning.continual;

import io.retort.contract.Digests;
import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Schema;
import io.retort.learning.training.Example;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Annotated examples that are kept to be learnt from again: of every class as many, at most
/// `perClass` and at most its share of `total`.
///
/// Which ones is drawn by a hash of the seed and the id: those with the least hashes are kept
/// (bottom-k sampling, Cohen & Kaplan 2007), which has the distribution of a reservoir (Vitter
/// 1985) but depends neither on the order of arrival nor on whether a capture comes twice. Objects
/// come before second looks at them: of each group the example with its least hash, then each
/// group's next, so that few examples show many objects. Herding (Rebuffi et al. 2017, algorithm 4)
/// would need the network's features of all that was ever seen, and those change with every task.
///
/// @param head a classification head, whose classes are balanced; examples without a label of it
///   are not kept
/// @param byClass by class name, in the order in which a smaller memory would keep them
public record ReplayMemory(
        String head, int perClass, int total, long seed, Map<String, List<Example>> byClass) {

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();

    public ReplayMemory {
        if (perClass < 1) {
            throw new IllegalArgumentException("memory.perClass: " + perClass + " is below 1");
        }
        if (total < 1) {
            throw new IllegalArgumentException("memory.total: " + total + " is below 1");
        }
        Map<String, List<Example>> copies = new TreeMap<>();
        byClass.forEach((category, examples) -> copies.put(category, List.copyOf(examples)));
        byClass = Collections.unmodifiableMap(copies);
    }

    /// Nothing yet.
    public static ReplayMemory of(String head, int perClass, int total, long seed) {
        return new ReplayMemory(head, perClass, total, seed, Map.of());
    }

    /// What is kept of this and of more examples; of two with the same id the new one.
    ///
    /// @param schema that the examples' targets are of
    /// @throws IllegalArgumentException where `total` has no place for each class
    public ReplayMemory with(Schema schema, Collection<Example> examples) {
        List<String> classes = classes(schema);
        Map<String, Example> known = new LinkedHashMap<>();
        byClass.values().forEach(kept -> kept.forEach(example -> known.put(example.id(), example)));
        examples.stream()
                .filter(example -> example.targets().containsKey(head))
                .forEach(example -> known.put(example.id(), example));
        Map<String, List<Example>> found = new TreeMap<>();
        for (Example example : known.values()) {
            found.computeIfAbsent(category(classes, example), _ -> new ArrayList<>()).add(example);
        }
        int limit = Math.min(perClass, total / Math.max(1, found.size()));
        if (limit == 0) {
            throw new IllegalArgumentException(
                    "memory.total: %d examples cannot show %d classes"
                            .formatted(total, found.size()));
        }
        found.replaceAll((_, of) -> ordered(of).stream().limit(limit).toList());
        return new ReplayMemory(head, perClass, total, seed, found);
    }

    /// All that is kept, class by class.
    public List<Example> examples() {
        return byClass.values().stream().flatMap(List::stream).toList();
    }

    public int size() {
        return byClass.values().stream().mapToInt(List::size).sum();
    }

    ReplayMemory grown(Growth growth) {
        Map<String, List<Example>> moved = new HashMap<>();
        byClass.forEach((category, examples) ->
                moved.put(category, examples.stream().map(growth::example).toList()));
        return new ReplayMemory(head, perClass, total, seed, moved);
    }

    /// Every group's first example, then every group's second; groups and examples by their hash.
    private List<Example> ordered(List<Example> examples) {
        Map<String, List<Example>> groups = new HashMap<>();
        examples.forEach(example ->
                groups.computeIfAbsent(example.group(), _ -> new ArrayList<>()).add(example));
        record Place(int turn, long group, Example example) {}
        List<Place> places = new ArrayList<>();
        groups.forEach((group, members) -> {
            members.sort(
                    Comparator.<Example>comparingLong(example -> hash(example.id()))
                            .thenComparing(Example::id));
            for (int turn = 0; turn < members.size(); turn++) {
                places.add(new Place(turn, hash(group), members.get(turn)));
            }
        });
        places.sort(
                Comparator.comparingInt(Place::turn)
                        .thenComparingLong(Place::group)
                        .thenComparing(place -> place.example().id()));
        return places.stream().map(Place::example).toList();
    }

    private long hash(String text) {
        MessageDigest sha256 = Digests.sha256();
        sha256.update(ByteBuffer.allocate(8).putLong(0, seed));
        sha256.update(text.getBytes(StandardCharsets.UTF_8));
        return ByteBuffer.wrap(sha256.digest()).getLong();
    }

    private List<String> classes(Schema schema) {
        if (schema.head(head) instanceof ClassificationHead classification) {
            return classification.classes();
        }
        throw new InvalidRecordException(
                "memory.head", "'%s' has no classes to balance".formatted(head));
    }

    private String category(List<String> classes, Example example) {
        Float target = example.targets().get(head);
        if (target == null) {
            throw new IllegalStateException(example.id() + " has no label of " + head);
        }
        return classes.get(target.intValue());
    }

    /// The file: ids, since captures themselves are kept elsewhere, and what their tensors were.
    ///
    /// @param inputs SHA-256 of the tensors, in hex
    private record Kept(String id, String inputs) {}

    private record Listing(String head, int perClass, int total, long seed, List<Kept> examples) {}

    void save(Path file) throws IOException {
        List<Kept> kept =
                examples().stream()
                        .map(example -> new Kept(example.id(), digest(example)))
                        .toList();
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.write(part, JSON.writeValueAsBytes(new Listing(head, perClass, total, seed, kept)));
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /// @param schema that the examples' targets are of
    /// @param captures finds an example by its id; null where it is gone
    /// @throws IOException naming the capture that is gone, or is another one now
    static ReplayMemory load(Path file, Schema schema, Function<String, @Nullable Example> captures)
            throws IOException {
        Listing listing;
        try {
            listing = JSON.readValue(Files.readAllBytes(file), Listing.class);
        } catch (JacksonException e) {
            throw new IOException(file + " is no memory: " + e.getOriginalMessage(), e);
        }
        Map<String, List<Example>> found = new LinkedHashMap<>();
        ReplayMemory empty =
                of(listing.head(), listing.perClass(), listing.total(), listing.seed());
        List<String> classes = empty.classes(schema);
        for (Kept kept : listing.examples()) {
            Example example = captures.apply(kept.id());
            if (example == null) {
                throw new IOException(
                        "%s: capture %s is no longer there".formatted(file, kept.id()));
            }
            if (!digest(example).equals(kept.inputs())) {
                throw new IOException(
                        "%s: capture %s has other tensors than it had".formatted(file, kept.id()));
            }
            found.computeIfAbsent(empty.category(classes, example), _ -> new ArrayList<>())
                    .add(example);
        }
        return new ReplayMemory(
                listing.head(), listing.perClass(), listing.total(), listing.seed(), found);
    }

    private static String digest(Example example) {
        MessageDigest sha256 = Digests.sha256();
        new TreeMap<>(example.inputs())
                .forEach((modality, tensor) -> {
                    sha256.update((modality + "\n").getBytes(StandardCharsets.UTF_8));
                    ByteBuffer bytes = ByteBuffer.allocate(4 * tensor.length);
                    bytes.asFloatBuffer().put(tensor);
                    sha256.update(bytes);
                });
        return Digests.hex(sha256);
    }
}
