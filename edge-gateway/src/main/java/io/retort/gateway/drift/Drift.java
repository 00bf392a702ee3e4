package io.retort.gateway.drift;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.retort.contract.reference.Reference;
import io.retort.gateway.inference.Model;
import io.retort.gateway.inference.ModelSwapped;
import io.retort.gateway.inference.ModelVersion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/// The answers of the model in use against the reference that its file carries. Another file begins
/// from nothing.
@Component
public final class Drift {

    private final DriftSettings settings;
    private final MultiGauge gauges;

    private @Nullable ModelVersion version;
    private @Nullable Reference reference;
    private Map<String, HeadWindows> heads = Map.of();

    public Drift(DriftSettings settings, MeterRegistry meters) {
        this.settings = settings;
        this.gauges =
                MultiGauge.builder("retort.drift.psi")
                        .description(
                                "Population stability index of the answers against the release's")
                        .register(meters);
    }

    /// @param psi population stability index; null before enough captures
    /// @param noise what it is expected to be where nothing has changed
    record Index(String head, Aspect of, @Nullable Double psi, double noise) {}

    /// @param captures since the file was put into use
    /// @param references captures behind the reference; 0 where the file carries none
    record State(
            @Nullable ModelVersion model, long captures, int references, List<Index> indices) {}

    /// Begins from nothing, on the thread of the rollout: gauges are registered meanwhile.
    @EventListener
    void swapped(ModelSwapped swap) {
        Map<String, HeadWindows> next = new LinkedHashMap<>();
        Reference own = swap.reference();
        if (own != null) {
            own.heads()
                    .forEach((head, of) -> next.put(head, HeadWindows.of(of, settings.window())));
        }
        synchronized (this) {
            version = swap.version();
            reference = own;
            heads = next;
        }
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        next.forEach((head, windows) -> {
            for (HeadWindows.Comparison comparison : windows.comparisons()) {
                rows.add(
                        MultiGauge.Row.of(
                                Tags.of("head", head, "of", comparison.of().tag()),
                                () -> gauge(comparison)));
            }
        });
        gauges.register(rows, true);
    }

    /// Takes an answer into account, unless it is of a model that is in use no longer, whose last
    /// requests end after a swap.
    ///
    /// @param answers by head, raw
    public synchronized void observe(Model model, Map<String, float[]> answers) {
        if (!model.version().equals(version)) {
            return;
        }
        heads.forEach((head, windows) -> {
            float[] values = answers.get(head);
            if (values != null) {
                windows.add(values);
            }
        });
    }

    synchronized State state() {
        List<Index> indices = new ArrayList<>();
        long captures = 0;
        for (Map.Entry<String, HeadWindows> head : heads.entrySet()) {
            for (HeadWindows.Comparison comparison : head.getValue().comparisons()) {
                captures = comparison.window().seen();
                indices.add(
                        new Index(
                                head.getKey(),
                                comparison.of(),
                                index(comparison).orElse(null),
                                StabilityIndex.noise(
                                        comparison.then().length,
                                        Math.max(1, comparison.window().size()),
                                        references())));
            }
        }
        return new State(version, captures, references(), indices);
    }

    private synchronized double gauge(HeadWindows.Comparison comparison) {
        return index(comparison).orElse(Double.NaN);
    }

    private Optional<Double> index(HeadWindows.Comparison comparison) {
        Window window = comparison.window();
        return window.seen() < settings.least()
                ? Optional.empty()
                : Optional.of(
                        StabilityIndex.of(
                                window.shares(), window.size(), comparison.then(), references()));
    }

    private int references() {
        Reference own = reference;
        return own == null ? 0 : own.captures();
    }
}
