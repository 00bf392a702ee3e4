package io.retort.learning.teacher;

import io.retort.contract.Digests;
import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.Schema;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.model.Weights;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// All that an ensemble answers from; in a folder, `ensemble.json` and `member-0.safetensors` and
/// so on.
///
/// @param schema of the modalities that the members take
/// @param members weights of [Architectures#teacher], one a member
/// @param temperatures that divide the logits of all members, by classification head; 1 where none
///   is given
public record EnsembleWeights(
        Schema schema, Folds folds, List<Weights> members, Map<String, Double> temperatures) {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String DESCRIPTION = "ensemble.json";

    public EnsembleWeights {
        members = List.copyOf(members);
        temperatures = Collections.unmodifiableMap(new TreeMap<>(temperatures));
        if (members.size() != folds.members()) {
            throw new IllegalArgumentException(
                    "%d weights for %d members".formatted(members.size(), folds.members()));
        }
        Architecture architecture = Architectures.teacher(schema);
        members.forEach(weights -> weights.requireFit(architecture));
        for (Map.Entry<String, Double> entry : temperatures.entrySet()) {
            double temperature = entry.getValue();
            if (!(temperature > 0) || Double.isInfinite(temperature)) {
                throw new IllegalArgumentException(
                        "temperature of %s is %s".formatted(entry.getKey(), temperature));
            }
        }
    }

    double temperature(String head) {
        return temperatures.getOrDefault(head, 1.0);
    }

    /// SHA-256 over everything, in hex: the version of a teacher.
    public String digest() {
        MessageDigest sha256 = Digests.sha256();
        update(sha256, schema.digest());
        members.forEach(weights -> update(sha256, weights.digest()));
        folds.dealt().forEach((group, fold) -> update(sha256, fold + "=" + group));
        folds.shared().forEach(group -> update(sha256, "shared=" + group));
        temperatures.forEach((head, t) -> update(sha256, head + "=" + t));
        return Digests.hex(sha256);
    }

    /// With the length before it, so that no two lists of texts are the same bytes.
    private static void update(MessageDigest sha256, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        sha256.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
        sha256.update(bytes);
    }

    /// The description beside the weights.
    private record Description(
            String digest, JsonNode schema, Folds folds, Map<String, Double> temperatures) {}

    /// Into a folder that exists; the description comes last, so that a folder has all or none.
    public void save(Path folder) throws IOException {
        for (int i = 0; i < members.size(); i++) {
            members.get(i).save(member(folder, i));
        }
        Path part = folder.resolve(DESCRIPTION + ".part");
        Files.write(
                part,
                JSON.writerWithDefaultPrettyPrinter()
                        .writeValueAsBytes(
                                new Description(
                                        digest(),
                                        JSON.readTree(schema.toJson()),
                                        folds,
                                        temperatures)));
        Files.move(
                part,
                folder.resolve(DESCRIPTION),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    /// @throws IOException also where the files are not those that were saved
    /// @throws IllegalArgumentException where they are, but of another network than this program's
    public static EnsembleWeights load(Path folder) throws IOException {
        Path file = folder.resolve(DESCRIPTION);
        Description description = read(file);
        List<Weights> members = new ArrayList<>();
        for (int i = 0; i < description.folds().members(); i++) {
            members.add(Weights.load(member(folder, i)));
        }
        EnsembleWeights weights =
                new EnsembleWeights(
                        schema(file, description),
                        description.folds(),
                        members,
                        description.temperatures());
        if (!weights.digest().equals(description.digest())) {
            throw new IOException(
                    folder + " is damaged: the digest of its ensemble is not the one it states");
        }
        return weights;
    }

    private static Description read(Path file) throws IOException {
        try {
            Description description = JSON.readValue(Files.readAllBytes(file), Description.class);
            if (description.digest() == null
                    || description.schema() == null
                    || description.folds() == null
                    || description.temperatures() == null) {
                throw new IOException(file + " is damaged: something is missing");
            }
            return description;
        } catch (JacksonException e) {
            throw new IOException(file + " is damaged: " + e.getMessage(), e);
        }
    }

    private static Schema schema(Path file, Description description) throws IOException {
        try {
            return Schema.parse(description.schema().toString());
        } catch (InvalidRecordException e) {
            throw new IOException(file + " is damaged: " + e.getMessage(), e);
        }
    }

    private static Path member(Path folder, int number) {
        return folder.resolve("member-" + number + ".safetensors");
    }
}
