package io.retort.learning.continual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.retort.contract.schema.Schema;
import io.retort.learning.training.Example;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayMemoryTests {

    private static final Schema SCHEMA = Spectra.schema("pp", "pet", "glass");
    private static final ReplayMemory EMPTY = ReplayMemory.of("material", 5, 1000, 1);

    @Test
    void everyClassHasAsManyAndNoMoreThanAllowed() {
        List<Example> examples = new ArrayList<>(examples(0, 40));
        examples.addAll(examples(1, 7));
        examples.addAll(examples(2, 3));
        ReplayMemory memory = EMPTY.with(SCHEMA, examples);
        assertThat(memory.byClass().keySet()).containsExactly("glass", "pet", "pp");
        assertThat(memory.byClass().get("pp")).hasSize(5);
        assertThat(memory.byClass().get("pet")).hasSize(5);
        assertThat(memory.byClass().get("glass")).hasSize(3);
        assertThat(memory.size()).isEqualTo(13);
        assertThat(memory.examples()).hasSize(13);
    }

    @Test
    void theTotalIsSharedByTheClassesThatThereAre() {
        ReplayMemory memory = ReplayMemory.of("material", 5, 8, 1).with(SCHEMA, examples(0, 40));
        assertThat(memory.size()).as("one class: 5 of at most 8").isEqualTo(5);
        List<Example> before = memory.byClass().get("pp");
        memory = memory.with(SCHEMA, examples(1, 40)).with(SCHEMA, examples(2, 40));
        assertThat(memory.size()).as("three classes of 2").isEqualTo(6);
        assertThat(memory.byClass().get("pp"))
                .as("the least hashes of those that were there")
                .isEqualTo(Objects.requireNonNull(before).subList(0, 2));
        assertThatThrownBy(() ->
                        ReplayMemory.of("material", 5, 1, 1)
                                .with(SCHEMA, examples(0, 2))
                                .with(SCHEMA, examples(1, 2)))
                .hasMessageContaining("1 examples cannot show 2 classes");
    }

    @Test
    void neitherOrderNorRepetitionMatters() {
        List<Example> all = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            all.add(Spectra.example("e" + i, "object" + i % 13, i % 2, i));
        }
        Set<String> atOnce = ids(EMPTY.with(SCHEMA, all));
        for (long seed = 0; seed < 20; seed++) {
            List<Example> shuffled = new ArrayList<>(all);
            shuffled.addAll(all.subList(0, 20));
            Collections.shuffle(shuffled, new Random(seed));
            ReplayMemory memory = EMPTY;
            for (int from = 0; from < shuffled.size(); from += 7) {
                memory =
                        memory.with(
                                SCHEMA,
                                shuffled.subList(from, Math.min(from + 7, shuffled.size())));
            }
            assertThat(ids(memory)).isEqualTo(atOnce);
        }
    }

    @Test
    void theSeedDecidesWhoIsKept() {
        List<Example> examples = examples(0, 40);
        Set<String> first = ids(EMPTY.with(SCHEMA, examples));
        assertThat(ids(EMPTY.with(SCHEMA, examples))).isEqualTo(first);
        assertThat(ids(ReplayMemory.of("material", 5, 1000, 2).with(SCHEMA, examples)))
                .isNotEqualTo(first);
    }

    /// Each of 20 examples is kept by about a quarter of 2,000 seeds; five deviations are 97.
    @Test
    void everyExampleHasTheSameChance() {
        List<Example> examples = examples(0, 20);
        Map<String, Integer> kept = new HashMap<>();
        for (long seed = 0; seed < 2000; seed++) {
            ids(ReplayMemory.of("material", 5, 1000, seed).with(SCHEMA, examples))
                    .forEach(id -> kept.merge(id, 1, Integer::sum));
        }
        assertThat(kept).hasSize(20);
        assertThat(kept.values()).allSatisfy(n -> assertThat(n).isBetween(403, 597));
    }

    @Test
    void objectsComeBeforeSecondLooksAtThem() {
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            examples.add(Spectra.example("e" + i, i < 34 ? "seen often" : "object" + i, 0, i));
        }
        for (long seed = 0; seed < 10; seed++) {
            ReplayMemory memory = ReplayMemory.of("material", 5, 1000, seed).with(SCHEMA, examples);
            assertThat(memory.examples()).extracting(Example::group).doesNotHaveDuplicates();
            ReplayMemory wide = ReplayMemory.of("material", 9, 1000, seed).with(SCHEMA, examples);
            assertThat(wide.size()).isEqualTo(9);
            assertThat(wide.examples().stream().map(Example::group).distinct()).hasSize(7);
        }
    }

    @Test
    void whatHasNoLabelOfTheHeadIsNotKept() {
        Example unlabelled = examples(0, 1).getFirst().unlabelled();
        assertThat(EMPTY.with(SCHEMA, List.of(unlabelled)).size()).isZero();
        assertThatThrownBy(() ->
                        ReplayMemory.of("wear", 5, 10, 1)
                                .with(Spectra.withWear("a", "b"), examples(0, 1)))
                .hasMessageContaining("'wear' has no classes");
    }

    @Test
    void aCorrectedLabelMovesTheExample() {
        Example example = Spectra.example("x", "x", 0, 1);
        ReplayMemory memory =
                EMPTY.with(SCHEMA, List.of(example))
                        .with(SCHEMA, List.of(Spectra.example("x", "x", 2, 1)));
        assertThat(memory.byClass().keySet()).containsExactly("glass");
    }

    @Test
    void aSchemaThatGrowsChangesTheNumbersOfClassesAlone() {
        ReplayMemory memory = EMPTY.with(SCHEMA, examples(1, 3));
        Schema more = Spectra.schema("abs", "glass", "pet", "pp");
        ReplayMemory grown = memory.grown(Growth.between(SCHEMA, more));
        assertThat(grown.byClass().keySet()).containsExactly("pet");
        assertThat(ids(grown)).isEqualTo(ids(memory));
        assertThat(grown.examples())
                .allSatisfy(e -> assertThat(e.targets()).containsEntry("material", 2f));
    }

    @Test
    void idsAreEnoughToFindItAgain(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("memory.json");
        List<Example> examples = new ArrayList<>(examples(0, 40));
        examples.addAll(examples(2, 3));
        ReplayMemory memory = EMPTY.with(SCHEMA, examples);
        memory.save(file);
        Map<String, Example> captures =
                examples.stream().collect(Collectors.toMap(Example::id, e -> e));
        assertThat(ReplayMemory.load(file, SCHEMA, captures::get)).isEqualTo(memory);

        String first = memory.examples().getFirst().id();
        Map<String, Example> fewer = new HashMap<>(captures);
        fewer.remove(first);
        assertThatThrownBy(() -> ReplayMemory.load(file, SCHEMA, fewer::get))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(first)
                .hasMessageContaining("no longer there");
        Map<String, Example> others = new HashMap<>(captures);
        others.put(first, Spectra.example(first, first, 0, 99));
        assertThatThrownBy(() -> ReplayMemory.load(file, SCHEMA, others::get))
                .hasMessageContaining("has other tensors");
        Files.writeString(file, "{");
        assertThatThrownBy(() -> ReplayMemory.load(file, SCHEMA, captures::get))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is no memory");
    }

    private static List<Example> examples(int target, int count) {
        return Spectra.examples(target, target, count, 1);
    }

    private static Set<String> ids(ReplayMemory memory) {
        return memory.examples().stream().map(Example::id).collect(Collectors.toSet());
    }
}
