package io.retort.gateway.inspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ShareTests {

    @Test
    void aSharesIntervalIsWilsons() {
        // (0.3 + 3.8415/20) / (1 + 3.8415/10) -+ 1.96 / 1.38415 * sqrt(0.21/10 + 3.8415/400)
        Share share = Share.of(3, 10);
        assertThat(share.value()).isEqualTo(0.3);
        assertThat(share.low()).isEqualTo(0.107791, within(1e-6));
        assertThat(share.high()).isEqualTo(0.603222, within(1e-6));
    }

    @Test
    void nothingIsKnownOfNothing() {
        assertThat(Share.of(0, 0)).isEqualTo(new Share(0, 0, 1));
        assertThat(Share.weighted(0, 0, 0)).isEqualTo(new Share(0, 0, 1));
    }

    @Test
    void itemsOfEqualWeightCountAsTheyAre() {
        Share weighted = Share.weighted(3 * 0.5, 10 * 0.5, 10 * 0.25);
        Share counted = Share.of(3, 10);
        assertThat(weighted.value()).isEqualTo(counted.value(), within(1e-12));
        assertThat(weighted.low()).isEqualTo(counted.low(), within(1e-12));
        assertThat(weighted.high()).isEqualTo(counted.high(), within(1e-12));
    }

    @Test
    void oneItemThatOutweighsAllOthersSpeaksForItselfAlone() {
        // 1,000 kg and nine times 1 kg: 1009^2 / (1e6 + 9) = 1.018 items.
        Share heavy = Share.weighted(1000, 1009, 1_000_009);
        assertThat(heavy.low()).isLessThan(0.25);
        assertThat(heavy.high()).isEqualTo(1, within(0.01));
    }
}
