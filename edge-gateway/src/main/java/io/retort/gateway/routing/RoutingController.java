package io.retort.gateway.routing;

import io.swagger.v3.oas.annotations.Operation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/routing")
final class RoutingController {

    private final Routing routing;
    private final RoutingSettings settings;

    RoutingController(Routing routing, RoutingSettings settings) {
        this.routing = routing;
        this.settings = settings;
    }

    /// A bin with what it holds.
    ///
    /// @param remaining items until it is full; null without a capacity
    /// @param purity expected share of accepted items; null while it is empty
    record BinState(String id, long items, @Nullable Long remaining, @Nullable Double purity) {}

    record State(Policy policy, List<BinState> bins) {}

    /// @param bin that was emptied
    /// @param items that it held
    /// @param accepted how many of them are expected to be of an accepted class
    record Emptied(String bin, long items, double accepted) {}

    /// A policy as it is sent: what is left out keeps the settings' value, or 0.
    record Draft(
            @Nullable Double reuseAbove,
            @Nullable Double recycleBelow,
            @Nullable Double uncertainBelow,
            @Nullable Boolean novelToManual,
            @Nullable Double manualCost,
            @Nullable List<DraftBin> bins) {

        Policy policy(RoutingSettings settings) {
            return new Policy(
                    Objects.requireNonNullElse(reuseAbove, settings.reuseAbove()),
                    Objects.requireNonNullElse(recycleBelow, settings.recycleBelow()),
                    Objects.requireNonNullElse(uncertainBelow, settings.uncertainBelow()),
                    Objects.requireNonNullElse(novelToManual, settings.novelToManual()),
                    Objects.requireNonNullElse(manualCost, 0.0),
                    bins == null ? List.of() : bins.stream().map(DraftBin::bin).toList());
        }
    }

    /// A bin as it is sent: what is left out is 0, nothing, or anything.
    record DraftBin(
            String id,
            @Nullable Route route,
            @Nullable List<String> accepts,
            @Nullable Double price,
            @Nullable Double contamination,
            @Nullable Double cost,
            @Nullable Double purity,
            @Nullable Long capacity) {

        Policy.Bin bin() {
            return new Policy.Bin(
                    id,
                    route,
                    Objects.requireNonNullElse(accepts, List.of()),
                    Objects.requireNonNullElse(price, 0.0),
                    Objects.requireNonNullElse(contamination, 0.0),
                    Objects.requireNonNullElse(cost, 0.0),
                    purity,
                    capacity);
        }
    }

    @GetMapping
    @Operation(operationId = "routing", summary = "The policy in use, and what the bins hold")
    State state() {
        return state(routing.state());
    }

    @PutMapping
    @Operation(
            operationId = "route",
            summary = "Routes by another policy from now on",
            description =
                    """
                    An item goes to the bin of highest expected value, price x p(accepted) - \
                    contamination x (1 - p(accepted)) - cost, that is not full and stays as pure \
                    as it has to be. Without bins, its quality alone says whether it is reused, \
                    repaired or recycled.\
                    """)
    State use(@RequestBody Draft draft) {
        return state(routing.use(draft.policy(settings)));
    }

    @PostMapping("/bins/{id}/emptied")
    @Operation(operationId = "emptied", summary = "A bin was emptied")
    Emptied emptied(@PathVariable String id) {
        Content before = routing.emptied(id);
        return new Emptied(id, before.items(), before.accepted());
    }

    private static State state(Routing.State state) {
        Map<String, Policy.Bin> bins = new LinkedHashMap<>();
        state.policy().bins().forEach(bin -> bins.put(bin.id(), bin));
        List<BinState> states = new ArrayList<>();
        state.contents()
                .forEach((id, content) -> {
                    Long capacity = Objects.requireNonNull(bins.get(id)).capacity();
                    states.add(
                            new BinState(
                                    id,
                                    content.items(),
                                    capacity == null
                                            ? null
                                            : Math.max(0, capacity - content.items()),
                                    content.items() == 0 ? null : content.purity()));
                });
        return new State(state.policy(), states);
    }
}
