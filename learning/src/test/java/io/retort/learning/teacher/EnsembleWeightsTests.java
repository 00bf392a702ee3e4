package io.retort.learning.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.retort.contract.schema.Schema;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.model.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnsembleWeightsTests {

    private static final Schema SCHEMA = Task.schema();
    private static final Weights FIRST = Weights.initial(Architectures.teacher(SCHEMA), 1);
    private static final Weights SECOND = Weights.initial(Architectures.teacher(SCHEMA), 2);
    private static final Folds FOLDS = new Folds(2, Map.of("ü\n", 0, "g2", 1), Set.of("g3"));

    @TempDir Path folder;

    @Test
    void comesBackAsItWasKept() throws IOException {
        EnsembleWeights weights = weights(List.of(FIRST, SECOND), 1.25);

        weights.save(folder);
        EnsembleWeights loaded = EnsembleWeights.load(folder);

        assertThat(loaded.digest()).isEqualTo(weights.digest()).matches("[0-9a-f]{64}");
        assertThat(loaded.schema()).isEqualTo(SCHEMA);
        assertThat(loaded.folds()).isEqualTo(FOLDS);
        assertThat(loaded.temperatures()).containsExactly(Map.entry("kind", 1.25));
        assertThat(loaded.members())
                .extracting(Weights::digest)
                .containsExactly(FIRST.digest(), SECOND.digest());
    }

    @Test
    void everythingThatAnswersDependOnIsInTheDigest() {
        assertThat(
                        List.of(
                                weights(List.of(FIRST, SECOND), 1.25).digest(),
                                weights(List.of(SECOND, FIRST), 1.25).digest(),
                                weights(List.of(FIRST, SECOND), 1.5).digest(),
                                new EnsembleWeights(
                                                SCHEMA,
                                                new Folds(
                                                        2, Map.of("ü\n", 1, "g2", 1), Set.of("g3")),
                                                List.of(FIRST, SECOND),
                                                Map.of("kind", 1.25))
                                        .digest(),
                                new EnsembleWeights(
                                                SCHEMA,
                                                new Folds(
                                                        2, Map.of("ü\n", 0, "g2", 1), Set.of("g4")),
                                                List.of(FIRST, SECOND),
                                                Map.of("kind", 1.25))
                                        .digest(),
                                new EnsembleWeights(
                                                new Schema(
                                                        "other",
                                                        SCHEMA.modalities(),
                                                        SCHEMA.heads()),
                                                FOLDS,
                                                List.of(FIRST, SECOND),
                                                Map.of("kind", 1.25))
                                        .digest()))
                .doesNotHaveDuplicates();
    }

    @Test
    void damageIsNoticed() throws IOException {
        weights(List.of(FIRST, SECOND), 1.25).save(folder);
        Path description = folder.resolve("ensemble.json");
        String text = Files.readString(description);

        Files.writeString(description, text.replace("1.25", "1.26"));
        assertThatThrownBy(() -> EnsembleWeights.load(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is damaged");
        Files.writeString(description, text.substring(0, text.length() / 2));
        assertThatThrownBy(() -> EnsembleWeights.load(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is damaged");
        Files.writeString(description, "{}");
        assertThatThrownBy(() -> EnsembleWeights.load(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("something is missing");
        Files.writeString(description, text);
        Path member = folder.resolve("member-1.safetensors");
        byte[] bytes = Files.readAllBytes(member);
        bytes[bytes.length - 1] ^= 1;
        Files.write(member, bytes);
        assertThatThrownBy(() -> EnsembleWeights.load(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is damaged");
        Files.delete(member);
        assertThatThrownBy(() -> EnsembleWeights.load(folder))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> weights(List.of(FIRST), 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> weights(List.of(FIRST, SECOND), 0))
                .withMessageContaining("temperature of kind");
        Weights other =
                Weights.initial(Architectures.teacher(Task.schema(List.of("rgb", "spectrum"))), 1);
        assertThatIllegalArgumentException().isThrownBy(() -> weights(List.of(FIRST, other), 1));
    }

    private static EnsembleWeights weights(List<Weights> members, double temperature) {
        return new EnsembleWeights(SCHEMA, FOLDS, members, Map.of("kind", temperature));
    }
}
