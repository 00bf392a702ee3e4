package io.retort.fleet.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LayoutTests {

    private static final int MATERIALS = 7;

    private static List<Layout.Place> places(int cycles) {
        Layout layout = new Layout(5, MATERIALS);
        return IntStream.range(0, 6 * MATERIALS * cycles).mapToObj(layout::place).toList();
    }

    @Test
    void everyCycleHasSixCapturesOfEveryMaterial() {
        int[] captures = new int[MATERIALS];
        places(1).forEach(place -> captures[place.material()]++);
        assertThat(captures).containsOnly(6);
    }

    @Test
    void objectsAreSeenOneToThreeTimesInARow() {
        Map<Integer, Integer> views = new HashMap<>();
        int last = -1;
        for (Layout.Place place : places(4)) {
            int view = views.merge(place.object(), 1, Integer::sum) - 1;
            assertThat(place.view()).isEqualTo(view);
            assertThat(place.object() == last).isEqualTo(view > 0);
            last = place.object();
        }
        assertThat(new HashSet<>(views.values())).containsExactlyInAnyOrder(1, 2, 3);
    }

    @Test
    void anObjectIsInOneFoldAndAMaterialsObjectsTakeAllFoldsInTurn() {
        Map<Integer, Set<Integer>> foldsOfObject = new HashMap<>();
        Map<Integer, int[]> objectsByFold = new HashMap<>();
        for (Layout.Place place : places(5)) {
            if (foldsOfObject
                    .computeIfAbsent(place.object(), _ -> new HashSet<>())
                    .add(place.fold())) {
                objectsByFold.computeIfAbsent(place.material(), _ -> new int[5])[place.fold()]++;
            }
        }
        assertThat(foldsOfObject.values()).allMatch(folds -> folds.size() == 1);
        assertThat(objectsByFold).hasSize(MATERIALS);
        assertThat(objectsByFold.values()).allSatisfy(counts -> assertThat(counts).containsOnly(3));
    }
}
