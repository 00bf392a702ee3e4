package io.retort.distillation.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.retort.contract.v1.Label;
import io.retort.contract.v1.SoftTarget;
import io.retort.distillation.Plant;
import io.retort.distillation.progress.Run;
import io.retort.learning.samples.HeldOut;
import io.retort.learning.samples.Sample;
import io.retort.learning.training.Example;
import io.retort.learning.training.Recipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MaterialTests {

    @Test
    void noGroupIsOnBothSides() {
        List<Sample> samples = IntStream.range(0, 60).mapToObj(MaterialTests::full).toList();

        Material material = material(samples, plan(new HeldOut(Set.of("object-3"), 0.3)));

        Set<String> heldOut = groups(material.heldOut());
        assertThat(heldOut).contains("object-3").hasSizeBetween(4, 20);
        assertThat(groups(material.training())).isNotEmpty().doesNotContainAnyElementsOf(heldOut);
        assertThat(material.samples()).hasSize(60);
    }

    @Test
    void theTrainingSideTakesLabelsOrSoftTargetsAndTheOtherLabelsAlone() {
        Sample nothing = new Sample(Plant.capture(0), Map.of(), null);
        Sample labelled = new Sample(Plant.capture(1), Plant.labels(1), null);
        Sample taught = new Sample(Plant.capture(2), Map.of(), Plant.softTarget(2));
        Sample heldOutTaught = new Sample(Plant.capture(4), Map.of(), Plant.softTarget(4));
        Sample heldOutLabelled = new Sample(Plant.capture(5), Plant.labels(5), null);

        Material material =
                material(
                        List.of(nothing, labelled, taught, heldOutTaught, heldOutLabelled),
                        plan(new HeldOut(Set.of("object-2"), 0)));

        assertThat(material.training()).extracting(Example::id).containsExactly("c001", "c002");
        assertThat(material.labelled()).extracting(Example::id).containsExactly("c001");
        assertThat(material.heldOut()).extracting(Example::id).containsExactly("c005");
        assertThat(material.samples())
                .extracting(Sample::id)
                .containsExactly("c001", "c002", "c005");
        assertThat(material.unused()).isEqualTo(2);
        assertThat(material.taught()).isEqualTo(1);
    }

    @Test
    void samplesThatDoNotFitAreListedWithTheField() {
        Sample unknownClass =
                new Sample(
                        Plant.capture(0),
                        Map.of("material", Label.newBuilder().setCategory("cheese").build()),
                        null);
        Sample blind =
                new Sample(
                        Plant.capture(1).toBuilder().removeModalities("rgb").build(),
                        Plant.labels(1),
                        null);

        Material material = material(List.of(unknownClass, blind, full(2)), plan(HeldOut.fifth()));

        assertThat(material.rejected())
                .satisfiesExactly(
                        first -> {
                            assertThat(first.id()).isEqualTo("c000");
                            assertThat(first.problem()).contains("labels[material]", "cheese");
                        },
                        second -> {
                            assertThat(second.id()).isEqualTo("c001");
                            assertThat(second.problem()).contains("carries none of [rgb]");
                        });
        assertThat(material.samples()).extracting(Sample::id).containsExactly("c002");
    }

    @Test
    void onlyTheTeacherAskedForIsLearntFrom() {
        Sample other =
                new Sample(
                        Plant.capture(1),
                        Plant.labels(1),
                        Plant.softTarget(1).toBuilder().setTeacherVersion("cd").build());

        Material material =
                material(
                        List.of(full(0), other),
                        plan(new HeldOut(Set.of(), 0), Recipe.preset("default"), Plant.TEACHER));

        assertThat(material.training().get(0).knowledge()).isNotNull();
        assertThat(material.training().get(1).knowledge()).isNull();
        assertThat(material.samples().get(1).softTarget()).isNull();
        assertThat(material.teachers()).containsExactly(Plant.TEACHER);
    }

    @Test
    void whatTheTeacherHadLearnedOfTheCapturesItTeachesIsCounted() {
        List<Sample> samples =
                List.of(
                        taught(0, SoftTarget.Exposure.UNSEEN, false),
                        taught(1, SoftTarget.Exposure.OUT_OF_FOLD, true),
                        taught(2, SoftTarget.Exposure.OUT_OF_FOLD, true),
                        taught(3, SoftTarget.Exposure.IN_SAMPLE, true),
                        taught(4, SoftTarget.Exposure.IN_SAMPLE, false),
                        full(6),
                        new Sample(Plant.capture(7), Plant.labels(7), null),
                        // Held out: nobody learns from it.
                        taught(11, SoftTarget.Exposure.IN_SAMPLE, true));

        Material material = material(samples, plan(new HeldOut(Set.of("object-5"), 0)));

        assertThat(material.heldOut()).hasSize(1);
        assertThat(material.taught()).isEqualTo(6);
        assertThat(material.exposures()).isEqualTo(new Exposures(1, 2, 2, 1, 1));
        assertThat(Result.Samples.of(material).exposures()).isEqualTo(material.exposures());
    }

    @Test
    void nothingToDistilIsSaid() {
        List<Sample> untaught = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            untaught.add(new Sample(Plant.capture(i), Plant.labels(i), null));
        }
        HeldOut none = new HeldOut(Set.of(), 0);
        Plan distils = plan(none);
        Plan demands = plan(none, Recipe.preset("default"), "ef");
        Plan annotates = plan(none, Recipe.annotations(), null);

        assertThatThrownBy(() -> material(untaught, distils).requireEnough(distils))
                .hasMessageContaining("has a soft target");
        assertThatThrownBy(() -> material(untaught, demands).requireEnough(demands))
                .hasMessageContaining("of teacher ef");
        material(untaught, annotates).requireEnough(annotates);
    }

    @Test
    void tooLittleToLearnFromIsSaidWithTheReason() {
        Sample blind =
                new Sample(
                        Plant.capture(1).toBuilder().removeModalities("rgb").build(),
                        Plant.labels(1),
                        null);
        Plan plan = plan(new HeldOut(Set.of(), 0));

        assertThatThrownBy(() -> material(List.of(full(0), blind), plan).requireEnough(plan))
                .hasMessageContaining("at least 2 are needed")
                .hasMessageContaining("c001 modalities: carries none of [rgb]");
    }

    @Test
    void heldOutGroupsWithoutLabelsAreSaid() {
        Plan plan = plan(new HeldOut(Set.of("object-9"), 0));

        assertThatThrownBy(() -> material(List.of(full(0), full(1)), plan).requireEnough(plan))
                .hasMessageContaining("no held-out capture is labelled");
    }

    private static Material material(List<Sample> samples, Plan plan) {
        return Material.of(samples, plan, plan.studentSchema(), new Run(_ -> {}));
    }

    private static Set<String> groups(List<Example> examples) {
        return examples.stream().map(Example::group).collect(java.util.stream.Collectors.toSet());
    }

    private static Sample taught(int i, SoftTarget.Exposure exposure, boolean labelled) {
        return new Sample(
                Plant.capture(i),
                labelled ? Plant.labels(i) : Map.of(),
                Plant.softTarget(i).toBuilder().setExposure(exposure).build());
    }

    private static Sample full(int i) {
        return new Sample(Plant.capture(i), Plant.labels(i), Plant.softTarget(i));
    }

    private static Plan plan(HeldOut heldOut) {
        return plan(heldOut, Recipe.preset("default"), null);
    }

    private static Plan plan(HeldOut heldOut, Recipe recipe, @Nullable String teacher) {
        return Plans.of(List.of("rgb"), heldOut, recipe, teacher);
    }
}
