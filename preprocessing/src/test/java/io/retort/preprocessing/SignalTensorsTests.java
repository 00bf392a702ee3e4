package io.retort.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.SignalModality;
import io.retort.contract.v1.Payload;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignalTensorsTests {

    /// 4 steps at 2 Hz: two seconds.
    private final Preprocessing plain =
            Fixtures.of(new SignalModality(1, 4, 2, List.of(0.0), List.of(1.0)));

    private static List<Float> ramp(int values) {
        List<Float> ramp = new ArrayList<>();
        for (int i = 0; i < values; i++) {
            ramp.add((float) i);
        }
        return ramp;
    }

    @Test
    void atTheSchemasRateTheNewestSamplesStayAsTheyAre() {
        assertThat(plain.tensor("m", Fixtures.signal(1, 4, 2, ramp(4))))
                .containsExactly(0f, 1f, 2f, 3f);
        assertThat(plain.tensor("m", Fixtures.signal(1, 100, 2, ramp(100))))
                .containsExactly(96f, 97f, 98f, 99f);
    }

    @Test
    void otherRatesAreInterpolatedBackFromTheNewestSample() {
        assertThat(plain.tensor("m", Fixtures.signal(1, 12, 5, ramp(12))))
                .containsExactly(3.5f, 6f, 8.5f, 11f);
        // Two samples at 1 Hz last two seconds too; the oldest step holds the first one.
        assertThat(plain.tensor("m", Fixtures.signal(1, 2, 1, ramp(2))))
                .containsExactly(0f, 0f, 0.5f, 1f);
    }

    @Test
    void aRateThatFloatsCannotHoldStillMatchesItself() {
        Preprocessing tenth =
                Fixtures.of(new SignalModality(1, 1000, 0.1, List.of(0.0), List.of(1.0)));
        float[] tensor = tenth.tensor("m", Fixtures.signal(1, 1000, 0.1, ramp(1000)));
        for (int i = 0; i < 1000; i++) {
            assertThat(tensor[i]).isEqualTo(i);
        }
    }

    @Test
    void eachChannelHasItsOwnMeanAndDeviation() {
        Preprocessing two =
                Fixtures.of(new SignalModality(2, 2, 1, List.of(1.0, 10.0), List.of(2.0, 5.0)));
        assertThat(two.tensor("m", Fixtures.signal(2, 3, 1, List.of(9f, 1f, 5f, 9f, 10f, 0f))))
                .containsExactly(0f, 2f, 0f, -2f);
    }

    @Test
    void aSignalThatIsTooShortIsRefused() {
        assertThat(refused("steps", Fixtures.signal(1, 3, 2, ramp(3))))
                .hasMessageContaining("last 1.500 s, the schema needs 2.000 s");
        refused("steps", Fixtures.signal(1, 1, 0.9, ramp(1)));
        refused("steps", Fixtures.signal(1, 1000, 1e30, ramp(1000)));
    }

    @Test
    void anotherNumberOfChannelsIsRefused() {
        refused("channels", Fixtures.signal(2, 4, 2, ramp(8)));
        refused("channels", Fixtures.signal(0, 4, 2, List.of()));
    }

    @Test
    void countsAndRatesThatContradictAreRefused() {
        refused("values", Fixtures.signal(1, 4, 2, ramp(5)));
        refused("values", Fixtures.signal(1, -4, 2, ramp(4)));
        refused("values", Fixtures.signal(1, 0, 2, List.of()));
        refused("hertz", Fixtures.signal(1, 4, 0, ramp(4)));
        refused("hertz", Fixtures.signal(1, 4, Double.NaN, ramp(4)));
        refused("hertz", Fixtures.signal(1, 4, Double.POSITIVE_INFINITY, ramp(4)));
    }

    @Test
    void valuesThatAreNotFiniteAreRefused() {
        refused("values", Fixtures.signal(1, 4, 2, List.of(0f, 1f, Float.NaN, 2f)));
    }

    private InvalidRecordException refused(String part, Payload payload) {
        try {
            plain.tensor("m", payload);
        } catch (InvalidRecordException e) {
            assertThat(e.field()).isEqualTo("modalities[m].signal." + part);
            return e;
        }
        throw new AssertionError("was not refused");
    }
}
