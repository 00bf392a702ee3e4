package io.retort.distillation.card;

import static org.assertj.core.api.Assertions.assertThat;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.VectorModality;
import io.retort.distillation.gate.Candidate;
import io.retort.distillation.gate.Course;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.training.Example;
import io.retort.learning.training.TrainingSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BudgetTests {

    private static final Schema SCHEMA =
            new Schema(
                    "sensor",
                    Map.of("spectrum", new VectorModality("nm", List.of(1.0, 2.0), List.of())),
                    Map.of("material", new ClassificationHead(List.of("common", "rare"))));

    @TempDir Path folder;

    @Test
    void everyBeginningOfTheOrderHasEachClassInItsShare() {
        List<String> order = Budget.order(SCHEMA, examples(24), 1);

        // Every fourth object is rare, each has two captures, and the last is not labelled.
        assertThat(order).doesNotHaveDuplicates().hasSize(11).doesNotContain("object-11");
        assertThat(order.subList(0, 6).stream().filter(BudgetTests::rare)).hasSizeBetween(1, 2);
        assertThat(order.stream().filter(BudgetTests::rare)).hasSize(2);
    }

    @Test
    void theOrderIsTheSeeds() {
        assertThat(Budget.order(SCHEMA, examples(24), 1))
                .isEqualTo(Budget.order(SCHEMA, examples(24), 1))
                .isNotEqualTo(Budget.order(SCHEMA, examples(24), 2));
    }

    @Test
    void aStudentIsTrainedForEachShareThatMakesADifference() {
        List<Example> training = examples(24);

        // Of 11 labelled objects 1 % are none, 20 % are 2, 22 % again 2, 50 % are 6, 99 % all.
        List<Budget> budgets = train(training, examples(8), 0.01, 0.2, 0.22, 0.5, 0.99);

        assertThat(budgets).extracting(Budget::objects).containsExactly(2, 6);
        assertThat(budgets).extracting(Budget::labelled).containsExactly(4, 12);
        assertThat(budgets)
                .allSatisfy(budget -> assertThat(budget.evaluation().samples()).isEqualTo(8));
    }

    @Test
    void withNothingToExamineOnNothingIsTrained() {
        assertThat(train(examples(24), List.of(), 0.5)).isEmpty();
    }

    private List<Budget> train(List<Example> training, List<Example> heldOut, Double... shares) {
        Course course =
                new Course(Architectures.student(SCHEMA, "retort-plain"), SCHEMA, settings(), null);
        return Budget.train(
                new CardSettings(List.of(shares)),
                course,
                Candidate.twin(),
                training,
                heldOut,
                folder,
                2,
                Course.Watch.NONE);
    }

    private static TrainingSettings settings() {
        TrainingSettings usual = TrainingSettings.student();
        return new TrainingSettings(
                1,
                1,
                8,
                usual.learningRate(),
                usual.weightDecay(),
                usual.clipNorm(),
                usual.decayEvery(),
                usual.decayFactor(),
                0,
                0,
                usual.augmentation(),
                1);
    }

    /// Two captures an object; those of the last object carry no label.
    private static List<Example> examples(int captures) {
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < captures; i++) {
            String group = "object-" + i / 2;
            examples.add(
                    new Example(
                            Integer.toString(i),
                            group,
                            Map.of("spectrum", new float[] {i % 3, 1}),
                            captures > 8 && i >= captures - 2
                                    ? Map.of()
                                    : Map.of("material", rare(group) ? 1f : 0f),
                            null));
        }
        return examples;
    }

    private static boolean rare(String group) {
        return Integer.parseInt(group.substring("object-".length())) % 4 == 3;
    }
}
