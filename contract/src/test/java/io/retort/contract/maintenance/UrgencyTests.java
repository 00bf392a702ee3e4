package io.retort.contract.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.maintenance.Urgency.Reason;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UrgencyTests {

    /// 0.4 wear + 0.3 (1 - alignment) + 0.3 lubrication, by hand.
    @ParameterizedTest
    @CsvSource({
        "0,    1,   0,   0",
        "1,    0,   1,   1",
        "1,    1,   0,   0.4",
        "0,    0,   0,   0.3",
        "0,    1,   1,   0.3",
        "0.5,  0.8, 0.2, 0.32",
        "0.25, 0.5, 0.9, 0.52",
        "0.1,  0.9, 0.7, 0.28"
    })
    void theUrgencyIsTheArticlesSum(
            double wear, double alignment, double lubrication, double urgency) {
        assertThat(Urgency.of(new Condition(wear, alignment, lubrication)).value())
                .isCloseTo(urgency, within(1e-12));
    }

    @Test
    void reasonsAreRankedByWhatTheyContribute() {
        Urgency urgency = Urgency.of(new Condition(0.25, 0.5, 0.9));
        List<Reason> reasons = urgency.reasons();
        assertThat(reasons)
                .extracting(Reason::factor)
                .containsExactly(Factor.LUBRICATION, Factor.ALIGNMENT, Factor.WEAR);
        assertThat(reasons).extracting(Reason::reading).containsExactly(0.9, 0.5, 0.25);
        assertThat(reasons.get(0).contribution()).isCloseTo(0.27, within(1e-12));
        assertThat(reasons.get(1).contribution()).isCloseTo(0.15, within(1e-12));
        assertThat(reasons.get(2).contribution()).isCloseTo(0.10, within(1e-12));
        assertThat(reasons.stream().mapToDouble(Reason::contribution).sum())
                .isCloseTo(urgency.value(), within(1e-12));
    }

    @Test
    void equalReasonsKeepTheFormulasOrder() {
        assertThat(Urgency.of(new Condition(0, 1, 0)).reasons())
                .extracting(Reason::factor)
                .containsExactly(Factor.WEAR, Factor.ALIGNMENT, Factor.LUBRICATION);
        assertThat(Urgency.of(new Condition(0.75, 0, 1)).reasons())
                .extracting(Reason::factor)
                .containsExactly(Factor.WEAR, Factor.ALIGNMENT, Factor.LUBRICATION);
    }

    @Test
    void everyFactorReadsAHeadOfTheMaintenanceSchema() {
        Schema schema = Schema.maintenance();
        assertThat(schema.modalities().keySet()).containsExactly("rgb", "thermal", "vibration");
        assertThat(schema.heads().keySet())
                .containsExactlyElementsOf(Stream.of(Factor.values()).map(Factor::head).toList());
        assertThat(schema.heads().values()).containsOnly(new RegressionHead(0, 1));
        assertThat(Stream.of(Factor.values()).mapToDouble(Factor::weight).sum())
                .isCloseTo(1, within(1e-12));
    }

    @Test
    void aConditionIsReadFromValuesByHead() {
        assertThat(
                        Condition.of(
                                Map.of(
                                        "lubrication",
                                        0.3,
                                        "wear",
                                        0.1,
                                        "alignment",
                                        0.2,
                                        "quality",
                                        7.0)))
                .isEqualTo(new Condition(0.1, 0.2, 0.3));
        refused("condition.alignment", () -> Condition.of(Map.of("wear", 0.1, "lubrication", 0.3)));
        refused(
                "condition.lubrication",
                () -> Condition.of(Map.of("wear", 0.1, "alignment", 0.2, "lubrication", 1.5)));
    }

    @ParameterizedTest
    @CsvSource({
        "-0.1, 0,   0,        condition.wear",
        "1.01, 0,   0,        condition.wear",
        "0,    NaN, 0,        condition.alignment",
        "0,    0,   Infinity, condition.lubrication"
    })
    void readingsOutsideZeroToOneAreRefused(
            double wear, double alignment, double lubrication, String field) {
        refused(field, () -> new Condition(wear, alignment, lubrication));
    }

    @Test
    void anUrgencyNamesEveryFactorOnce() {
        Urgency urgency = Urgency.of(new Condition(0.5, 0.5, 0.5));
        refused("urgency.reasons", () -> new Urgency(0.5, urgency.reasons().subList(0, 2)));
        List<Reason> twice = new ArrayList<>(urgency.reasons());
        twice.set(1, twice.get(0));
        refused("urgency.reasons", () -> new Urgency(0.5, twice));
        refused("urgency.value", () -> new Urgency(1.1, urgency.reasons()));
        refused("reason.contribution", () -> new Reason(Factor.ALIGNMENT, 0, 0.31));
        refused("reason.reading", () -> new Reason(Factor.ALIGNMENT, -1, 0.3));
    }

    private static void refused(String field, ThrowingCallable call) {
        assertThatExceptionOfType(InvalidRecordException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.field()).isEqualTo(field));
    }
}
