package io.retort.fleet.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.retort.contract.schema.Schema;
import io.retort.contract.v1.Label;
import io.retort.fleet.dataset.Dataset.Entry;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LabelBudgetTests {

    private final Schema schema = Schema.article();
    private final List<Entry> entries =
            IntStream.range(0, 100)
                    .mapToObj(i ->
                            new Entry(
                                    "c" + i,
                                    "g" + i,
                                    1,
                                    Map.of(
                                            "material",
                                            Label.newBuilder()
                                                    .setCategory(i < 95 ? "pp" : "glass-" + i)
                                                    .build())))
                    .toList();

    @Test
    void everyClassIsSeenOnceAsFarAsTheBudgetReaches() {
        Set<String> chosen = LabelBudget.choose(schema, entries, 8, 3);
        assertThat(chosen).hasSize(8).contains("c95", "c96", "c97", "c98", "c99");
    }

    @Test
    void theSameSeedChoosesTheSame() {
        assertThat(LabelBudget.choose(schema, entries, 20, 3))
                .isEqualTo(LabelBudget.choose(schema, entries, 20, 3))
                .isNotEqualTo(LabelBudget.choose(schema, entries, 20, 4));
    }

    @Test
    void unlabelledEntriesAreNeverChosen() {
        List<Entry> half =
                entries.stream()
                        .map(e ->
                                e.id().endsWith("1")
                                        ? new Entry(e.id(), e.group(), e.fold(), Map.of())
                                        : e)
                        .toList();
        assertThat(LabelBudget.choose(schema, half, Integer.MAX_VALUE, 1))
                .hasSize(90)
                .noneMatch(id -> id.endsWith("1"));
    }
}
