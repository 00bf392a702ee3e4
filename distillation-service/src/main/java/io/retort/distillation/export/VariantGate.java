package io.retort.distillation.export;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.learning.evaluation.Interval;
import io.retort.learning.evaluation.PairedBootstrap;
import io.retort.learning.model.Prediction;
import io.retort.learning.training.Example;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Decides which variants of a network are published beside its fp32 file.
///
/// What counts is the drop that was measured; its interval says how much that is worth, and is told
/// with the verdict. A few objects cannot prove that nothing was lost, and to wait for proof would
/// refuse every variant of a small plant; to wait for proof of a loss would publish any.
///
/// @param largestDrop of a head's accuracy, in [0, 1]; of numbers, of the mean error as a share of
///   the head's range
/// @param leastSpeedUp over fp32 that integers must exceed; 0 publishes them at any speed
/// @param calls of each file that are timed
public record VariantGate(double largestDrop, double leastSpeedUp, int calls) {

    private static final int RESAMPLES = 2000;

    /// Differences below this are those of sums in another order.
    private static final double ROUNDING = 1e-9;

    public VariantGate {
        if (!(largestDrop >= 0 && largestDrop <= 1) || !(leastSpeedUp >= 0) || calls < 1) {
            throw new IllegalArgumentException(
                    "no gate of drop %s, speed-up %s, %d calls"
                            .formatted(largestDrop, leastSpeedUp, calls));
        }
    }

    /// 0.2 points, and faster than fp32.
    public static VariantGate usual() {
        return new VariantGate(0.002, 1, 1000);
    }

    public VariantGate withCalls(int other) {
        return new VariantGate(largestDrop, leastSpeedUp, other);
    }

    /// One verdict for each file but fp32, in their order.
    ///
    /// @param examples at least one; better such as trained and calibrated nothing, since a network
    ///   is surer of those that it learnt from
    public List<VariantVerdict> judge(
            Exported exported, Schema schema, List<Example> examples, Race.Watch watch)
            throws IOException {
        List<Map<String, float[]>> inputs = examples.stream().map(Example::inputs).toList();
        List<Variant> variants =
                exported.files().keySet().stream().filter(v -> v != Variant.FP32).toList();
        List<OnnxModel> models = new ArrayList<>();
        try {
            models.add(OnnxModel.open(exported.fp32()));
            for (Variant variant : variants) {
                models.add(OnnxModel.open(exported.file(variant)));
            }
            List<Map<String, float[]>> floats = models.getFirst().run(inputs);
            Race race = Race.run(models, inputs, calls, watch);
            List<VariantVerdict> verdicts = new ArrayList<>();
            for (int i = 0; i < variants.size(); i++) {
                OnnxModel model = models.get(i + 1);
                verdicts.add(
                        verdict(
                                variants.get(i),
                                Objects.requireNonNull(model.metadata().get(Export.QUANTIZATION)),
                                Files.size(exported.file(variants.get(i))),
                                gains(schema, examples, floats, model.run(inputs)),
                                race.pace(i + 1).p50(),
                                race.speedUp(i + 1, 0)));
            }
            return verdicts;
        } finally {
            models.forEach(OnnxModel::close);
        }
    }

    VariantVerdict verdict(
            Variant variant,
            String how,
            long bytes,
            Map<String, Interval> gains,
            double p50Micros,
            Race.Pace speedUp) {
        return new VariantVerdict(
                variant, how, bytes, gains, p50Micros, speedUp, refusal(variant, gains, speedUp));
    }

    /// Whether some head loses more than it may.
    public boolean drops(VariantVerdict verdict) {
        return verdict.gains().values().stream().anyMatch(this::drops);
    }

    private boolean drops(Interval gain) {
        return gain.value() < -largestDrop - ROUNDING;
    }

    private @Nullable String refusal(
            Variant variant, Map<String, Interval> gains, Race.Pace speedUp) {
        if (gains.isEmpty()) {
            return "fewer than two objects are labelled, so that its accuracy is unknown";
        }
        for (Map.Entry<String, Interval> gain : gains.entrySet()) {
            Interval interval = gain.getValue();
            if (drops(interval)) {
                return String.format(
                        Locale.ROOT,
                        "%s drops by %.2f points [%.2f, %.2f], more than %.2f",
                        gain.getKey(),
                        -100 * interval.value(),
                        -100 * interval.high(),
                        -100 * interval.low(),
                        100 * largestDrop);
            }
        }
        boolean integers =
                switch (variant) {
                    case INT8, DYNAMIC -> true;
                    // Made for its bytes.
                    case FP32, FP16 -> false;
                };
        if (integers && leastSpeedUp > 0 && speedUp.p50() <= leastSpeedUp) {
            return String.format(
                    Locale.ROOT,
                    "a call is %.2f times as fast as fp32's [%.2f, %.2f], not more than %.2f",
                    speedUp.p50(),
                    speedUp.p25(),
                    speedUp.p75(),
                    leastSpeedUp);
        }
        return null;
    }

    /// What each head gains over the first answers by the second ones.
    public static Map<String, Interval> gains(
            Schema schema,
            List<Example> examples,
            List<Map<String, float[]>> first,
            List<Map<String, float[]>> second) {
        Map<String, Interval> gains = new LinkedHashMap<>();
        for (String head : schema.heads().keySet()) {
            List<PairedBootstrap.Outcome> outcomes = new ArrayList<>();
            for (int i = 0; i < examples.size(); i++) {
                Float truth = examples.get(i).targets().get(head);
                if (truth != null) {
                    outcomes.add(
                            new PairedBootstrap.Outcome(
                                    examples.get(i).group(),
                                    score(schema, head, truth, first.get(i)),
                                    score(schema, head, truth, second.get(i))));
                }
            }
            if (outcomes.stream().map(PairedBootstrap.Outcome::group).distinct().count() > 1) {
                gains.put(head, PairedBootstrap.of(outcomes, RESAMPLES, 1).interval());
            }
        }
        return gains;
    }

    private static double score(
            Schema schema, String head, float truth, Map<String, float[]> answers) {
        float[] answer = Objects.requireNonNull(answers.get(head));
        return switch (schema.head(head)) {
            case ClassificationHead _ -> Prediction.winner(answer) == (int) truth ? 1 : 0;
            case RegressionHead r ->
                    -Math.abs(Math.clamp(answer[0], r.minimum(), r.maximum()) - truth)
                            / (r.maximum() - r.minimum());
        };
    }
}
