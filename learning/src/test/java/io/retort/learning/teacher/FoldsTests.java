package io.retort.learning.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Schema;
import io.retort.contract.v1.SoftTarget;
import io.retort.learning.training.Example;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FoldsTests {

    @Test
    void everyCaptureOfAGroupIsOnOneSideOfEveryMember() {
        List<Example> examples =
                IntStream.range(0, 24).mapToObj(i -> Task.labelled("g" + i / 4, i % 3)).toList();

        Folds folds = Folds.deal(Task.schema(), examples, 3, 1);

        assertThat(folds.dealt())
                .containsOnlyKeys("g0", "g1", "g2", "g3", "g4", "g5")
                .containsValues(0, 1, 2);
        folds.dealt()
                .forEach((group, fold) -> {
                    assertThat(folds.exposure(group)).isEqualTo(SoftTarget.Exposure.OUT_OF_FOLD);
                    assertThat(folds.answering(group)).containsExactly(fold);
                    for (int member = 0; member < 3; member++) {
                        assertThat(folds.learns(member, group)).isEqualTo(member != fold);
                    }
                });
        assertThat(folds.exposure("other")).isEqualTo(SoftTarget.Exposure.UNSEEN);
        assertThat(folds.answering("other")).containsExactly(0, 1, 2);
    }

    @Test
    void theOnlyGroupOfAClassIsLearnedByEveryMember() {
        List<Example> examples =
                List.of(
                        Task.labelled("g1", 0),
                        Task.labelled("g2", 0),
                        Task.labelled("g3", 1),
                        Task.labelled("g4", 1),
                        Task.labelled("rare", 2));

        Folds folds = Folds.deal(Task.schema(), examples, 2, 1);

        assertThat(folds.shared()).containsExactly("rare");
        assertThat(folds.exposure("rare")).isEqualTo(SoftTarget.Exposure.IN_SAMPLE);
        assertThat(folds.answering("rare")).containsExactly(0, 1);
        assertThat(folds.learns(0, "rare") && folds.learns(1, "rare")).isTrue();
        assertThat(folds.dealt()).containsOnlyKeys("g1", "g2", "g3", "g4");
    }

    @Test
    void noMemberLacksAClassOfAnyHeadOrAHeadAltogether() {
        Map<String, io.retort.contract.schema.Head> heads = new java.util.LinkedHashMap<>();
        heads.put("kind", new ClassificationHead(List.of("a", "b", "c")));
        heads.put("state", new ClassificationHead(List.of("new", "used", "broken")));
        heads.put("wear", new io.retort.contract.schema.RegressionHead(0, 1));
        Schema schema = new Schema("two", Task.schema().modalities(), heads);
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            // Two broken ones in all, and three of known wear, wherever they are dealt to.
            int state = i == 3 || i == 17 ? 2 : i % 2;
            Map<String, Float> targets = new java.util.HashMap<>();
            targets.put("kind", (float) (i % 3));
            targets.put("state", (float) state);
            if (i < 3) {
                targets.put("wear", 0.5f);
            }
            examples.add(Task.labelled("g" + i, targets));
        }
        for (int members = 2; members <= 8; members++) {
            Folds folds = Folds.deal(schema, examples, members, 1);
            assertThat(folds.dealt().size() + folds.shared().size()).isEqualTo(40);
            assertThat(folds.shared().size()).isLessThanOrEqualTo(3);
            for (int member = 0; member < members; member++) {
                int own = member;
                List<Example> learned =
                        examples.stream().filter(e -> folds.learns(own, e.group())).toList();
                assertThat(learned).anyMatch(e -> Objects.equals(e.targets().get("state"), 2f));
                assertThat(learned).anyMatch(e -> e.targets().containsKey("wear"));
            }
        }
    }

    @Test
    void aMemberLearnsFromTwoExamplesAtLeast() {
        List<Example> two = List.of(Task.labelled("g1", 0), Task.labelled("g2", 0));
        assertThat(Folds.deal(Task.schema(), two, 2, 1).shared()).containsExactly("g1", "g2");

        List<Example> three =
                List.of(Task.labelled("g1", 0), Task.labelled("g2", 0), Task.labelled("g3", 0));
        Folds folds = Folds.deal(Task.schema(), three, 2, 1);
        assertThat(folds.dealt()).isNotEmpty();
        for (int member = 0; member < 2; member++) {
            int own = member;
            assertThat(three).filteredOn(e -> folds.learns(own, e.group())).hasSizeBetween(2, 3);
        }
    }

    @Test
    void fewerGroupsThanNetworksMakeAsManyMembers() {
        List<Example> examples =
                IntStream.range(0, 3).mapToObj(i -> Task.labelled("g" + i, 0)).toList();

        Folds folds = Folds.deal(Task.schema(), examples, 5, 1);

        assertThat(folds.members()).isEqualTo(3);
        assertThat(folds.dealt().values()).containsExactlyInAnyOrder(0, 1, 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Folds.deal(Task.schema(), examples.subList(0, 1), 5, 1))
                .withMessageContaining("annotations of 2 groups, there are 1");
    }

    @Test
    void oneMemberHasNoFolds() {
        Folds folds = Folds.deal(Task.schema(), List.of(Task.labelled("g", 0)), 1, 1);

        assertThat(folds).isEqualTo(new Folds(1, Map.of(), Set.of("g")));
        assertThat(folds.exposure("g")).isEqualTo(SoftTarget.Exposure.IN_SAMPLE);
        assertThat(folds.answering("g")).containsExactly(0);
    }

    @Test
    void whatIsNoFoldIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Folds(0, Map.of(), Set.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Folds(2, Map.of("g", 2), Set.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Folds(2, Map.of("g", 1), Set.of("g")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Folds(1, Map.of("g", 0), Set.of()));
    }
}
