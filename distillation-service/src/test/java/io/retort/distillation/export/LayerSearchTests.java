package io.retort.distillation.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.retort.distillation.export.LayerSearch.Found;
import io.retort.distillation.export.LayerSearch.Limits;
import io.retort.distillation.export.LayerSearch.Trial;
import io.retort.distillation.export.LayerSearch.Watch;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.model.Weights;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class LayerSearchTests {

    private final Architecture architecture = Architectures.student(Networks.camera(32));
    private final Weights weights = Networks.weights(architecture, 3);
    private final List<Map<String, float[]>> captures = Networks.captures(architecture, 48, 5);

    @Test
    void theRecipeNearestToTheFloatAnswersIsTakenAndEveryTrialTold() throws IOException {
        List<Trial> told = new ArrayList<>();

        Found found = search(new Limits(1, Duration.ofMinutes(5)), told);

        assertThat(found.trials()).isEqualTo(told);
        assertThat(found.inTime()).isTrue();
        Trial nearest =
                told.stream()
                        .filter(trial -> trial.speedUp() == null)
                        .min(
                                Comparator.comparingDouble(trial ->
                                        Objects.requireNonNull(trial.deviation()).divergence()))
                        .orElseThrow();
        assertThat(found.quantization().keeping(List.of())).isEqualTo(nearest.quantization());
        assertThat(told).filteredOn(trial -> trial.speedUp() == null).hasSize(6);
        assertThat(found.quantization().target()).isEqualTo(TargetProfile.ANY);
    }

    @Test
    void layersAreKeptUntilFewEnoughCapturesChangeTheirClass() throws IOException {
        List<Trial> told = new ArrayList<>();
        search(new Limits(1, Duration.ofMinutes(5)), told);

        Found strict = search(new Limits(0, Duration.ofMinutes(5)), new ArrayList<>());

        // Where any change is allowed, only speed keeps layers, and no answers are compared again.
        assertThat(told)
                .filteredOn(trial -> trial.speedUp() != null && trial.deviation() != null)
                .hasSize(1);
        // A search that ends with changes left has tried every layer that it could still keep.
        int kept = strict.quantization().kept().size();
        int layers = WeightLayer.of(FloatGraph.of(architecture, weights)).size();
        if (strict.deviation().changed() > 0) {
            assertThat(compared(strict, kept + 1)).isEqualTo(layers - kept);
        }
    }

    @Test
    void theLimitOfTimeEndsTheSearchWithTheFirstRecipe() throws IOException {
        Found found = search(new Limits(0, Duration.ZERO), new ArrayList<>());

        assertThat(found.inTime()).isFalse();
        assertThat(found.quantization())
                .isEqualTo(Quantization.by(Calibrator.MSE, TargetProfile.ANY).corrected());
    }

    @Test
    void aSearchCanBeCancelled() {
        assertThatThrownBy(() ->
                        LayerSearch.run(
                                architecture,
                                weights,
                                captures,
                                TargetProfile.ANY,
                                Limits.usual(),
                                new Watch(_ -> {}, () -> true)))
                .isInstanceOf(CancellationException.class);
    }

    @Test
    void smallerNetworksWinRaces() throws IOException {
        Architecture large = Architectures.teacher(Networks.camera(32));
        try (OnnxModel slow =
                        OnnxModel.of(
                                Onnx.model(
                                        FloatGraph.of(large, Networks.weights(large, 1)), Map.of()),
                                "slow");
                OnnxModel fast =
                        OnnxModel.of(
                                Onnx.model(FloatGraph.of(architecture, weights), Map.of()),
                                "fast")) {
            List<Integer> heard = new ArrayList<>();
            Race race = Race.run(List.of(slow, fast), captures, 50, (call, all) -> heard.add(all));
            assertThat(heard).hasSize(60).containsOnly(50);
            assertThat(race.speedUp(1, 0).p50()).isGreaterThan(1.5);
            assertThat(race.speedUp(0, 1).p50()).isLessThan(1 / 1.5);
            Race.Pace pace = race.pace(0);
            assertThat(pace.calls()).isEqualTo(50);
            assertThat(pace.p50()).isBetween(pace.p25(), pace.p75()).isPositive();
        }
    }

    /// Trials in answers that kept so many layers.
    private static int compared(Found found, int kept) {
        return (int)
                found.trials().stream()
                        .filter(trial -> trial.speedUp() != null && trial.deviation() != null)
                        .filter(trial -> trial.quantization().kept().size() == kept)
                        .count();
    }

    private Found search(Limits limits, List<Trial> told) throws IOException {
        return LayerSearch.run(
                architecture,
                weights,
                captures,
                TargetProfile.ANY,
                limits,
                new Watch(told::add, () -> false));
    }
}
