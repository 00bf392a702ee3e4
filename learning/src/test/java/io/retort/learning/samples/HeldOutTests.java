package io.retort.learning.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeldOutTests {

    @Test
    void namedGroupsAreHeldOut() {
        HeldOut heldOut = new HeldOut(Set.of("g1"), 0);
        assertThat(heldOut.contains("g1")).isTrue();
        assertThat(heldOut.contains("g2")).isFalse();
    }

    @Test
    void aFifthOfManyGroupsIsHeldOutByTheirNames() {
        HeldOut fifth = HeldOut.fifth();
        long held = IntStream.range(0, 10_000).filter(i -> fifth.contains("g" + i)).count();
        assertThat(held / 10_000.0).isCloseTo(0.2, within(0.015));
        // SHA-256 of "a" starts with ca978112: 0.79; of "abc" with ba7816bf: 0.73.
        assertThat(new HeldOut(Set.of(), 0.80).contains("a")).isTrue();
        assertThat(new HeldOut(Set.of(), 0.79).contains("a")).isFalse();
        assertThat(new HeldOut(Set.of(), 0.73).contains("abc")).isTrue();
        assertThat(new HeldOut(Set.of(), 0.72).contains("abc")).isFalse();
    }

    @Test
    void aLargerShareKeepsWhatASmallerOneHolds() {
        HeldOut tenth = new HeldOut(Set.of(), 0.1);
        HeldOut half = new HeldOut(Set.of(), 0.5);
        assertThat(IntStream.range(0, 1000).mapToObj(i -> "g" + i).filter(tenth::contains))
                .isNotEmpty()
                .allMatch(half::contains);
    }

    @Test
    void sharesOutsideTheirRangeAreRefused() {
        for (double share : new double[] {-0.1, 1, Double.NaN}) {
            assertThatThrownBy(() -> new HeldOut(Set.of(), share))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("heldOut.share");
        }
    }
}
