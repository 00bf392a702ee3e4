package io.retort.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.SavitzkyGolay;
import io.retort.contract.schema.StandardNormalVariate;
import io.retort.contract.schema.Treatment;
import io.retort.contract.schema.VectorModality;
import io.retort.contract.v1.Payload;
import io.retort.contract.v1.Vector;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class VectorTensorsTests {

    private static Preprocessing over(List<Double> axis, Treatment... treatments) {
        return Fixtures.of(new VectorModality("nm", axis, List.of(treatments)));
    }

    private final Preprocessing plain = over(List.of(10.0, 20.0, 30.0, 40.0));

    @Test
    void valuesOnTheSchemasAxisStayAsTheyAre() {
        List<Float> values = List.of(0.1f, 0.7f, 1.3f, 0.2f);
        assertThat(plain.tensor("m", Fixtures.vector(List.of(), values)))
                .containsExactly(0.1f, 0.7f, 1.3f, 0.2f);
        assertThat(plain.tensor("m", Fixtures.vector(List.of(10f, 20f, 30f, 40f), values)))
                .containsExactly(0.1f, 0.7f, 1.3f, 0.2f);
    }

    @Test
    void anAxisThatFloatsCannotHoldStillMatchesItself() {
        Preprocessing tenths = over(List.of(0.1, 0.2, 0.3));
        List<Float> values = List.of(1f, 5f, 2f);
        assertThat(tenths.tensor("m", Fixtures.vector(List.of(0.1f, 0.2f, 0.3f), values)))
                .containsExactly(1f, 5f, 2f);
    }

    @Test
    void anotherAxisIsInterpolatedBetweenNeighbours() {
        Payload payload =
                Fixtures.vector(List.of(5f, 15f, 25f, 35f, 100f), List.of(0f, 10f, 0f, 4f, 17f));
        assertThat(plain.tensor("m", payload)).containsExactly(5f, 5f, 2f, 5f);
    }

    @Test
    void theOutermostValueHoldsForOneStepAndNoFurther() {
        List<Float> values = List.of(1f, 2f, 3f);
        assertThat(plain.tensor("m", Fixtures.vector(List.of(19f, 28f, 36f), List.of(1f, 2f, 3f))))
                .startsWith(1f)
                .endsWith(3f);
        refused("axis", Fixtures.vector(List.of(19.1f, 28f, 36f), values));
        refused("axis", Fixtures.vector(List.of(19f, 28f, 33.9f), values));
        refused("axis", Fixtures.vector(List.of(25f), List.of(1f)));
    }

    @Test
    void withoutAnAxisTheNumberOfValuesMustBeTheSchemas() {
        assertThat(refused("values", Fixtures.vector(List.of(), List.of(1f, 2f, 3f))))
                .hasMessageContaining("has 3 values and no axis, the schema's axis has 4");
        refused("values", Payload.newBuilder().setVector(Vector.newBuilder()).build());
    }

    @Test
    void aBrokenAxisIsRefused() {
        List<Float> values = List.of(1f, 2f, 3f);
        refused("axis", Fixtures.vector(List.of(5f, 50f), values));
        refused("axis[2]", Fixtures.vector(List.of(5f, 50f, 50f), values));
        refused("axis[1]", Fixtures.vector(List.of(5f, Float.NaN, 50f), values));
        refused("axis", Fixtures.vector(List.of(Float.NaN), List.of(1f)));
    }

    @Test
    void valuesThatAreNotFiniteAreRefused() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            refused("values", Fixtures.vector(List.of(), List.of(1f, bad, 3f, 4f)));
        }
    }

    @Test
    void theStandardNormalVariateIsTakenWithOneDegreeOfFreedomLess() {
        Preprocessing normal = over(List.of(1.0, 2.0, 3.0, 4.0), new StandardNormalVariate());
        // Mean 5, squares 9 + 1 + 1 + 9 = 20, deviation sqrt(20 / 3).
        float[] tensor = normal.tensor("m", Fixtures.vector(List.of(), List.of(2f, 4f, 6f, 8f)));
        double deviation = Math.sqrt(20 / 3.0);
        assertThat(tensor[0]).isCloseTo((float) (-3 / deviation), within(1e-6f));
        assertThat(tensor[1]).isCloseTo((float) (-1 / deviation), within(1e-6f));
        assertThat(tensor[3]).isCloseTo((float) (3 / deviation), within(1e-6f));
    }

    @Test
    void theStandardNormalVariateForgetsGainAndOffset() {
        Preprocessing normal = over(List.of(1.0, 2.0, 3.0), new StandardNormalVariate());
        float[] one = normal.tensor("m", Fixtures.vector(List.of(), List.of(1f, 2f, 4f)));
        float[] other = normal.tensor("m", Fixtures.vector(List.of(), List.of(13f, 16f, 22f)));
        assertThat(other).containsExactly(one, within(1e-6f));
    }

    @Test
    void aConstantVectorBecomesZerosWhateverTheTreatments() {
        List<Double> axis = List.of(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0);
        List<Float> constant = Collections.nCopies(7, 0.1f);
        Treatment normal = new StandardNormalVariate();
        Treatment slope = new SavitzkyGolay(5, 2, 1);
        for (Preprocessing preprocessing :
                List.of(
                        over(axis, normal),
                        over(axis, normal, slope, normal),
                        over(axis, slope, normal))) {
            for (float value : preprocessing.tensor("m", Fixtures.vector(List.of(), constant))) {
                assertThat(value).isZero();
            }
        }
    }

    @Test
    void treatmentsRunInOrder() {
        List<Double> axis = List.of(1.0, 2.0, 3.0, 4.0, 5.0);
        List<Float> values = List.of(0f, 1f, 4f, 9f, 16f);
        Treatment normal = new StandardNormalVariate();
        Treatment slope = new SavitzkyGolay(3, 1, 1);
        float[] normalLast =
                over(axis, slope, normal).tensor("m", Fixtures.vector(List.of(), values));
        float[] slopeLast =
                over(axis, normal, slope).tensor("m", Fixtures.vector(List.of(), values));
        // Slopes 2, 2, 4, 6, 6: mean 4, squares 4 + 4 + 0 + 4 + 4 over 4, deviation 2.
        assertThat(normalLast).containsExactly(new float[] {-1, -1, 0, 1, 1}, within(1e-6f));
        // Values: mean 6, squares 36 + 25 + 4 + 9 + 100 = 174 over 4.
        double deviation = Math.sqrt(174 / 4.0);
        assertThat(slopeLast[2]).isCloseTo((float) (4 / deviation), within(1e-6f));
    }

    private InvalidRecordException refused(String part, Payload payload) {
        try {
            plain.tensor("m", payload);
        } catch (InvalidRecordException e) {
            assertThat(e.field()).isEqualTo("modalities[m].vector." + part);
            return e;
        }
        throw new AssertionError("was not refused");
    }
}
