package io.retort.learning.continual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.retort.contract.schema.Schema;
import io.retort.learning.continual.Consolidation.Mode;
import io.retort.learning.model.Weights;
import io.retort.learning.training.QuadraticPenalty;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsolidationTests {

    private static final Importance FIRST = importance(10, 0);
    private static final Importance SECOND = importance(0, 20);

    @Test
    void beforeTheFirstTaskNothingPulls() {
        assertThat(Consolidation.of(Mode.ONLINE, 0.9).penalties(5)).isEmpty();
    }

    @Test
    void separateTasksKeepAnAnchorEach() {
        List<QuadraticPenalty> penalties =
                Consolidation.of(Mode.SEPARATE, 0.9)
                        .after(weights(1, 1), FIRST)
                        .after(weights(3, 3), SECOND)
                        .penalties(5);
        assertThat(penalties).hasSize(2);
        assertThat(penalties.getFirst().anchor().get("a")).containsExactly(1, 1);
        assertThat(penalties.getFirst().importance().get("a")).containsExactly(10, 0);
        assertThat(penalties.getLast().anchor().get("a")).containsExactly(3, 3);
        assertThat(penalties.getLast().strength()).isEqualTo(5);
    }

    @Test
    void onlineTheAnchorIsRenewedAndOldImportanceFades() {
        List<QuadraticPenalty> penalties =
                Consolidation.of(Mode.ONLINE, 0.9)
                        .after(weights(1, 1), FIRST)
                        .after(weights(3, 3), SECOND)
                        .penalties(5);
        assertThat(penalties).hasSize(1);
        assertThat(penalties.getFirst().anchor().get("a")).containsExactly(3, 3);
        assertThat(penalties.getFirst().importance().get("a")).containsExactly(9, 2);
    }

    @Test
    void thePenaltyIsAboveZeroOnceAParameterMoves() {
        QuadraticPenalty penalty =
                Consolidation.of(Mode.ONLINE, 0.9)
                        .after(weights(1, 1), FIRST)
                        .penalties(2)
                        .getFirst();
        assertThat(penalty.at(Map.of("a", new float[] {1, 1}))).isZero();
        assertThat(penalty.at(Map.of("a", new float[] {1.5f, 1}))).isCloseTo(2.5, within(1e-9));
    }

    /// An anchor that is the network's own array moves with it, and the penalty stays 0.
    @Test
    void anchorsAndImportancesAreCopies() {
        Weights weights = weights(1, 1);
        float[] values = {10, 0};
        Importance importance = new Importance(Map.of("a", values));
        Consolidation consolidation = Consolidation.of(Mode.ONLINE, 0.9).after(weights, importance);
        weights.tensor("a").values()[0] = 7;
        values[0] = 0;
        assertThat(consolidation.penalties(2).getFirst().at(Map.of("a", new float[] {7, 1})))
                .isCloseTo(360, within(1e-9));
    }

    @Test
    void importancesThatHoldNothingAreRefused() {
        assertThatThrownBy(() -> importance(0, 0)).hasMessageContaining("every importance is 0");
        assertThatThrownBy(() -> importance(Float.NaN, 1)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> importance(Float.POSITIVE_INFINITY, 1))
                .hasMessageContaining("Infinity");
        assertThatThrownBy(() -> importance(-1, 2)).hasMessageContaining("-1");
    }

    @Test
    void importancesOfOtherParametersAreRefused() {
        Consolidation consolidation =
                Consolidation.of(Mode.ONLINE, 0.9).after(weights(1, 1), FIRST);
        Weights other =
                new Weights(
                        Map.of(
                                "a",
                                new Weights.Tensor(List.of(3), new float[3]),
                                "b",
                                new Weights.Tensor(List.of(1), new float[1])));
        assertThatThrownBy(() ->
                        consolidation.after(
                                other, new Importance(Map.of("a", new float[] {1, 1, 1}))))
                .hasMessageContaining("2 and 3 values");
        assertThatThrownBy(() ->
                        consolidation.after(other, new Importance(Map.of("b", new float[] {1}))))
                .hasMessageContaining("lacks some of [a]");
    }

    @Test
    void newRowsAreHeldByNothingUntilTheirTaskIsOver() {
        Schema old = Spectra.schema("a", "b");
        Schema more = Spectra.schema("c", "b", "a");
        String bias = "heads.material.bias";
        Weights before =
                new Weights(Map.of(bias, new Weights.Tensor(List.of(2), new float[] {1, 2})));
        Weights after =
                new Weights(Map.of(bias, new Weights.Tensor(List.of(3), new float[] {6, 5, 4})));
        Consolidation grown =
                Consolidation.of(Mode.ONLINE, 0.9)
                        .after(before, new Importance(Map.of(bias, new float[] {10, 20})))
                        .grown(Growth.between(old, more));
        QuadraticPenalty penalty = grown.penalties(1).getFirst();
        assertThat(penalty.anchor().get(bias)).containsExactly(0, 2, 1);
        assertThat(penalty.importance().get(bias)).containsExactly(0, 20, 10);
        assertThat(penalty.at(Map.of(bias, new float[] {99, 2, 1}))).isZero();
        assertThat(
                        grown.after(after, new Importance(Map.of(bias, new float[] {30, 0, 0})))
                                .penalties(1)
                                .getFirst()
                                .importance()
                                .get(bias))
                .containsExactly(3, 18, 9);
    }

    @Test
    void whatIsSavedIsLoaded(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("fisher.safetensors");
        Consolidation consolidation =
                Consolidation.of(Mode.SEPARATE, 0.9)
                        .after(weights(1, 2), FIRST)
                        .after(weights(3, 4), SECOND);
        consolidation.save(file);
        Consolidation loaded = Consolidation.of(Mode.SEPARATE, 0.9).loaded(file);
        assertThat(loaded.anchors()).hasSize(2);
        for (int i = 0; i < 2; i++) {
            QuadraticPenalty then = consolidation.penalties(3).get(i);
            QuadraticPenalty now = loaded.penalties(3).get(i);
            assertThat(now.anchor().get("a")).containsExactly(then.anchor().get("a"));
            assertThat(now.importance().get("a")).containsExactly(then.importance().get("a"));
        }
    }

    private static Weights weights(float first, float second) {
        return new Weights(
                Map.of("a", new Weights.Tensor(List.of(2), new float[] {first, second})));
    }

    private static Importance importance(float first, float second) {
        return new Importance(Map.of("a", new float[] {first, second}));
    }
}
