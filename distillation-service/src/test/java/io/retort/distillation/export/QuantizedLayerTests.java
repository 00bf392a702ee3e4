package io.retort.distillation.export;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class QuantizedLayerTests {

    private static final Offset<Float> EXACT = Offset.offset(1e-9f);

    @Test
    void everyOutputHasItsOwnScale() {
        QuantizedLayer layer =
                QuantizedLayer.of(
                        new float[] {1.27f, -0.64f, 0.004f, /**/ -25.4f, 0.3f, 12.7f},
                        new float[] {0.1f, -2},
                        0.01f,
                        127);
        assertThat(layer.scales()).containsExactly(new float[] {0.01f, 0.2f}, EXACT);
        // 0.3 / 0.2 = 1.5 rounds to the even neighbour.
        assertThat(layer.weight()).containsExactly(127, -64, 0, -127, 2, 64);
        // In steps of input scale x weight scale: 0.1 / 0.0001 and -2 / 0.002.
        assertThat(layer.bias()).containsExactly(1000, -1000);
        assertThat(layer.biasScales(0.01f)).containsExactly(new float[] {1e-4f, 2e-3f}, EXACT);
    }

    @Test
    void sevenBitWeightsNeverSaturateSixteenBitSums() {
        int largest = TargetProfile.ANY.largestWeight();
        QuantizedLayer layer =
                QuantizedLayer.of(
                        new float[] {0.63f, -0.64f, 0.1f}, new float[] {-0.8f}, 0.01f, largest);
        // 0.64 / 63 = 0.010159: 62.02, -63 and 9.84 steps; -0.8 / 0.00010159 = -7875.
        assertThat(layer.weight()).containsExactly(62, -63, 10);
        assertThat(layer.bias()).containsExactly(-7875);
        assertThat(2 * 255 * largest).isLessThanOrEqualTo(Short.MAX_VALUE);
        assertThat(2 * 255 * TargetProfile.X86_VNNI.largestWeight()).isGreaterThan(Short.MAX_VALUE);
    }

    @Test
    void anOutputThatIsZeroThroughoutStaysZero() {
        QuantizedLayer layer = QuantizedLayer.of(new float[2], new float[1], 0.01f, 127);
        assertThat(layer.scales()).containsExactly(1);
        assertThat(layer.weight()).containsOnly(0);
        assertThat(layer.bias()).containsExactly(0);
    }

    @Test
    void aBiasFarAboveItsWeightsStillFits() {
        float inputScale = 1e-3f;
        QuantizedLayer layer =
                QuantizedLayer.of(new float[] {1e-12f, -1e-12f}, new float[] {5}, inputScale, 127);
        assertThat(layer.bias()[0] * layer.biasScales(inputScale)[0])
                .isCloseTo(5, Offset.offset(1e-5f));
        assertThat(Math.abs(layer.bias()[0])).isLessThanOrEqualTo((1 << 30) + 128);
    }
}
