package io.retort.distillation.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.VectorModality;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.training.Recipe;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class SweepPlanTests {

    @Test
    void candidatesComeSizeBySize() {
        assertThat(plan(List.of("article", "retort-plain"), List.of(32, 16)).candidates())
                .extracting(Candidate::toString)
                .containsExactly(
                        "article-32px", "retort-plain-32px", "article-16px", "retort-plain-16px");
    }

    @Test
    void withoutSidesTheSchemasOwnSizesAreKept() {
        List<Candidate> candidates = plan(Architectures.names(), List.of()).candidates();
        assertThat(candidates)
                .extracting(Candidate::toString)
                .containsExactlyElementsOf(Architectures.names());
        assertThat(candidates.getFirst().sees(Colours.schema())).isEqualTo(Colours.schema());
    }

    @Test
    void theFirstClassificationHeadDecides() {
        assertThat(plan(List.of("article"), List.of()).head()).isEqualTo("material");
        Schema wear =
                new Schema(
                        "wear",
                        Colours.schema().modalities(),
                        Map.of("wear", new RegressionHead(0, 1)));
        assertThat(
                        SweepPlan.of(
                                        wear,
                                        List.of("article"),
                                        List.of(),
                                        Recipe.annotations(),
                                        Colours.settings(1))
                                .head())
                .isEqualTo("wear");
    }

    @Test
    void whatCannotBeSweptIsRefusedByName() {
        refused("students", () -> plan(List.of(), List.of()));
        refused("students[1]", () -> plan(List.of("article", "resnet"), List.of()));
        refused("students", () -> plan(List.of("article", "article"), List.of()));
        refused("imageSides", () -> plan(List.of("article"), List.of(32, 32)));
        refused("image.side", () -> plan(List.of("article"), List.of(8)));
        SweepPlan plan = plan(List.of("article"), List.of());
        refused("labels[smell]", () -> plan.withHead("smell"));
        refused("workers", () -> plan.withWorkers(0));
        refused("calls", () -> plan.withCalls(0));
        Schema blind =
                new Schema(
                        "blind",
                        Map.of("bands", new VectorModality("nm", List.of(1.0, 2.0), List.of())),
                        Map.of("valve", new ClassificationHead(List.of("ok", "worn"))));
        refused(
                "imageSides",
                () ->
                        SweepPlan.of(
                                blind,
                                List.of("article"),
                                List.of(32),
                                Recipe.annotations(),
                                Colours.settings(1)));
    }

    private static SweepPlan plan(List<String> students, List<Integer> imageSides) {
        return SweepPlan.of(
                Colours.schema(), students, imageSides, Recipe.annotations(), Colours.settings(1));
    }

    private static void refused(String field, ThrowingCallable call) {
        assertThatExceptionOfType(InvalidRecordException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.field()).isEqualTo(field));
    }
}
