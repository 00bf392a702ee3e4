package io.retort.gateway.routing;

import io.retort.contract.InvalidRecordException;
import io.retort.gateway.routing.Placement.Option;
import io.retort.gateway.routing.Policy.Bin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/// The policy in use and what the bins hold. Items are placed one after the other, each in the bin
/// of highest expected value whose capacity and purity it leaves intact.
@Component
public final class Routing implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Routing.class);

    private final RoutingSettings settings;
    private final RoutingFolder folder;

    private Policy policy;
    private final Map<String, Content> contents = new LinkedHashMap<>();
    private boolean unsaved;

    private volatile @Nullable Thread saving;

    public Routing(RoutingSettings settings) {
        this.settings = settings;
        this.folder = new RoutingFolder(settings.folder());
        this.policy = settings.policy();
    }

    /// @param policy in use
    /// @param contents by bin, all of the policy's
    record State(Policy policy, Map<String, Content> contents) {}

    @Override
    public synchronized void start() {
        try {
            policy = folder.policy().orElse(policy);
            contents.clear();
            contents.putAll(folder.contents());
            keepKnownBins();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the routing policy cannot be read: " + e.getMessage(), e);
        }
        Thread thread =
                Thread.ofVirtual().name("routing-contents").unstarted(this::saveFromTimeToTime);
        saving = thread;
        thread.start();
    }

    @Override
    public void stop() {
        Thread running = saving;
        saving = null;
        if (running != null) {
            running.interrupt();
        }
        save();
    }

    @Override
    public boolean isRunning() {
        return saving != null;
    }

    /// Before the doors open.
    @Override
    public int getPhase() {
        return 0;
    }

    synchronized State state() {
        Map<String, Content> all = new LinkedHashMap<>();
        policy.bins().forEach(bin -> all.put(bin.id(), content(bin)));
        return new State(policy, all);
    }

    /// Routes by another policy from now on, and after a restart. Bins that stay keep what they
    /// hold.
    ///
    /// @throws UncheckedIOException where it cannot be kept; then the old one stays in use
    synchronized State use(Policy next) {
        try {
            folder.keep(next);
        } catch (IOException e) {
            throw new UncheckedIOException("the policy cannot be kept: " + e.getMessage(), e);
        }
        policy = next;
        keepKnownBins();
        unsaved = true;
        return state();
    }

    /// A bin was emptied.
    ///
    /// @return what was in it
    /// @throws InvalidRecordException where the policy has no such bin
    synchronized Content emptied(String id) {
        if (policy.bins().stream().noneMatch(bin -> bin.id().equals(id))) {
            throw new InvalidRecordException("bin", "the policy has no bin " + id);
        }
        Content before = Optional.ofNullable(contents.remove(id)).orElse(Content.NONE);
        unsaved = true;
        return before;
    }

    /// Chooses where the item goes, and counts it there.
    public synchronized Placement place(Item item) {
        return placement(item, true);
    }

    /// What an item that stays where it is, such as one that a drone passes, is fit for: by its
    /// quality, in no bin.
    public synchronized Placement judge(Item item) {
        return placement(item, false);
    }

    private Placement placement(Item item, boolean sorted) {
        Double quality = item.quality();
        @Nullable Route fit = quality == null ? null : policy.fit(quality);
        if (item.novel() && policy.novelToManual()) {
            return manual("it is unlike what the model was tested on", List.of());
        }
        if (item.confidence() < policy.uncertainBelow()) {
            return manual(
                    "a confidence of %s is below %s"
                            .formatted(number(item.confidence()), number(policy.uncertainBelow())),
                    List.of());
        }
        return sorted && !policy.bins().isEmpty() ? byValue(item, fit) : byQuality(fit, quality);
    }

    private Placement byQuality(@Nullable Route fit, @Nullable Double quality) {
        if (fit == null || quality == null) {
            return new Placement(null, null, null, "the model says nothing of quality", List.of());
        }
        String reason =
                switch (fit) {
                    case REUSE -> "is above " + number(policy.reuseAbove());
                    case RECYCLE -> "is below " + number(policy.recycleBelow());
                    case REPAIR, MANUAL ->
                            "lies from %s to %s"
                                    .formatted(
                                            number(policy.recycleBelow()),
                                            number(policy.reuseAbove()));
                };
        return new Placement(
                fit,
                null,
                null,
                "a quality of %s %s".formatted(number(quality), reason),
                List.of());
    }

    private Placement byValue(Item item, @Nullable Route fit) {
        List<Option> options = new ArrayList<>();
        for (Bin bin : policy.bins()) {
            double accepted = item.accepted(bin.accepts());
            options.add(new Option(bin.id(), bin.value(accepted), refusal(bin, accepted, fit)));
        }
        options.sort(Comparator.comparingDouble(Option::expectedValue).reversed());
        Optional<Option> best = options.stream().filter(o -> o.refused() == null).findFirst();
        if (best.isEmpty()) {
            return manual("no bin may take it", options);
        }
        if (best.get().expectedValue() < -policy.manualCost()) {
            return manual(
                    "the best bin, %s, is worth %s"
                            .formatted(best.get().bin(), number(best.get().expectedValue())),
                    options);
        }
        Option chosen = best.get();
        Bin bin = bin(chosen.bin());
        contents.put(bin.id(), content(bin).and(item.accepted(bin.accepts())));
        unsaved = true;
        Option first = options.getFirst();
        return new Placement(
                bin.route() == null ? (fit == null ? Route.RECYCLE : fit) : bin.route(),
                bin.id(),
                chosen.expectedValue(),
                "worth %s in %s%s"
                        .formatted(
                                number(chosen.expectedValue()),
                                chosen.bin(),
                                first.equals(chosen)
                                        ? ", the most of all bins"
                                        : "; %s, at %s, %s"
                                                .formatted(
                                                        first.bin(),
                                                        number(first.expectedValue()),
                                                        first.refused())),
                options);
    }

    private Placement manual(String reason, List<Option> options) {
        return new Placement(
                Route.MANUAL,
                null,
                policy.bins().isEmpty() ? null : -policy.manualCost(),
                "somebody has to look: " + reason,
                options);
    }

    private @Nullable String refusal(Bin bin, double accepted, @Nullable Route fit) {
        if (bin.route() != null && bin.route() != fit) {
            return fit == null
                    ? "takes items to " + bin.route().tag() + ", and nothing says if this is one"
                    : "takes items to %s, this is one to %s"
                            .formatted(bin.route().tag(), fit.tag());
        }
        Content content = content(bin);
        if (bin.capacity() != null && content.items() >= bin.capacity()) {
            return "is full: it holds %d of %d".formatted(content.items(), bin.capacity());
        }
        double purity = content.and(accepted).purity();
        if (bin.purity() != null && purity < bin.purity()) {
            return "would be %s pure, below %s".formatted(number(purity), number(bin.purity()));
        }
        return null;
    }

    private Bin bin(String id) {
        return policy.bins().stream().filter(b -> b.id().equals(id)).findFirst().orElseThrow();
    }

    private Content content(Bin bin) {
        return Objects.requireNonNullElse(contents.get(bin.id()), Content.NONE);
    }

    private void keepKnownBins() {
        contents.keySet().retainAll(policy.bins().stream().map(Bin::id).toList());
    }

    private void saveFromTimeToTime() {
        try {
            while (Thread.currentThread().equals(saving)) {
                Thread.sleep(settings.saved());
                save();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void save() {
        Map<String, Content> copy;
        synchronized (this) {
            if (!unsaved) {
                return;
            }
            unsaved = false;
            copy = Map.copyOf(contents);
        }
        try {
            folder.keep(copy);
        } catch (IOException e) {
            synchronized (this) {
                unsaved = true;
            }
            log.warn("What the bins hold cannot be kept: {}", e.getMessage());
        }
    }

    private static String number(double value) {
        return Double.toString(Math.round(value * 100) / 100.0);
    }
}
