package io.retort.learning.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class GroupFoldsTests {

    @Test
    void everyFoldHoldsAFewOfEachKind() {
        Map<String, Integer> folds = GroupFolds.deal(objects(30, 30), 5, 1);
        int[][] counts = new int[5][3];
        for (int object = 0; object < 30; object++) {
            counts[Objects.requireNonNull(folds.get("o" + object))][object % 3]++;
        }
        for (int[] fold : counts) {
            assertThat(fold).containsExactly(2, 2, 2);
        }
    }

    @Test
    void theFewLabelledObjectsAreSpread() {
        Map<String, Integer> folds = GroupFolds.deal(objects(60, 13), 4, 1);
        assertThat(folds).hasSize(60);
        int[] labelled = new int[4];
        for (int object = 0; object < 13; object++) {
            labelled[Objects.requireNonNull(folds.get("o" + object))]++;
        }
        assertThat(labelled).containsExactlyInAnyOrder(3, 3, 3, 4);
    }

    @Test
    void theSeedAloneDecides() {
        Map<String, Integer> folds = GroupFolds.deal(objects(60, 13), 4, 1);
        assertThat(GroupFolds.deal(objects(60, 13).reversed(), 4, 1)).isEqualTo(folds);
        assertThat(GroupFolds.deal(objects(60, 13), 4, 2)).isNotEqualTo(folds);
    }

    /// Two captures an object, of three kinds in turn; the first objects are labelled.
    private static List<Example> objects(int objects, int labelled) {
        List<Example> examples = new ArrayList<>();
        for (int object = 0; object < objects; object++) {
            Map<String, Float> targets =
                    object < labelled ? Map.of("kind", (float) (object % 3)) : Map.of();
            for (int capture = 0; capture < 2; capture++) {
                examples.add(
                        new Example(
                                "c%d-%d".formatted(object, capture),
                                "o" + object,
                                Map.of(),
                                targets,
                                null));
            }
        }
        return examples;
    }
}
