package io.retort.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.retort.contract.InvalidRecordException;
import io.retort.gateway.routing.Placement.Option;
import io.retort.gateway.routing.Policy.Bin;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoutingTests {

    @TempDir private Path folder;

    private final Bin clear =
            new Bin("clear", Route.RECYCLE, List.of("PET"), 0.30, 1.00, 0.01, 0.90, null);
    private final Bin mixed =
            new Bin("mixed", Route.RECYCLE, List.of("PET", "PE"), 0.10, 0.20, 0.01, null, 2L);

    @Test
    void withoutBinsTheQualityAloneSays() {
        Routing routing = routing();
        assertThat(Stream.of(1.0, 0.71, 0.7, 0.5, 0.3, 0.29, 0.0).map(q -> route(routing, q)))
                .containsExactly(
                        Route.REUSE,
                        Route.REUSE,
                        Route.REPAIR,
                        Route.REPAIR,
                        Route.REPAIR,
                        Route.RECYCLE,
                        Route.RECYCLE);
        assertThat(routing.place(new Item(Map.of(), 0.5, false)).reason())
                .isEqualTo("a quality of 0.5 lies from 0.3 to 0.7");
        assertThat(routing.place(new Item(Map.of(), null, false)).route()).isNull();
    }

    @Test
    void whatIsUncertainOrNovelGoesToSomebody() {
        Routing routing = routing();
        routing.use(new Policy(0.7, 0.3, 0.6, true, 0, List.of()));
        assertThat(routing.place(pet(0.59)).route()).isEqualTo(Route.MANUAL);
        assertThat(routing.place(pet(0.59)).reason())
                .isEqualTo("somebody has to look: a confidence of 0.59 is below 0.6");
        assertThat(routing.place(pet(0.61)).route()).isEqualTo(Route.RECYCLE);
        assertThat(routing.place(new Item(Map.of("PET", 1.0), 0.9, true)).route())
                .isEqualTo(Route.MANUAL);
        routing.use(new Policy(0.7, 0.3, 0.6, false, 0, List.of()));
        assertThat(routing.place(new Item(Map.of("PET", 1.0), 0.9, true)).route())
                .isEqualTo(Route.REUSE);
    }

    @Test
    void theBinOfHighestExpectedValueTakesTheItem() {
        Routing routing = routing();
        routing.use(new Policy(0.7, 0.3, 0, true, 0.05, List.of(mixed, clear)));
        Placement sure = routing.place(pet(0.95));
        assertThat(sure.bin()).isEqualTo("clear");
        // 0.95 x 0.30 - 0.05 x 1.00 - 0.01
        assertThat(sure.expectedValue()).isEqualTo(0.225, within(1e-12));
        assertThat(sure.options()).extracting(Option::bin).containsExactly("clear", "mixed");
        // In clear: 0.6 x 0.30 - 0.4 - 0.01 < 0; in mixed, which takes both, 0.10 - 0.01.
        Placement unsure = routing.place(pet(0.6));
        assertThat(unsure.bin()).isEqualTo("mixed");
        assertThat(unsure.expectedValue()).isEqualTo(0.09, within(1e-12));
        assertThat(unsure.reason()).isEqualTo("worth 0.09 in mixed, the most of all bins");
    }

    @Test
    void whatWouldLoseMoreThanALookGoesToSomebody() {
        Routing routing = routing();
        routing.use(new Policy(0.7, 0.3, 0, true, 0.05, List.of(clear)));
        Placement placement = routing.place(pet(0.5));
        assertThat(placement.route()).isEqualTo(Route.MANUAL);
        assertThat(placement.bin()).isNull();
        assertThat(placement.expectedValue()).isEqualTo(-0.05);
    }

    @Test
    void aBinThatWouldLoseItsPurityIsPassedOver() {
        Routing routing = routing();
        Bin cheap = new Bin("cheap", null, List.of("PET"), 1.0, 0.0, 0.0, 0.90, null);
        Bin rest = new Bin("rest", null, List.of(), 0.0, 0.0, 0.0, null, null);
        routing.use(new Policy(0.7, 0.3, 0, true, 0, List.of(cheap, rest)));
        assertThat(routing.place(pet(0.8)).bin()).isEqualTo("rest");
        assertThat(routing.place(pet(1.0)).bin()).isEqualTo("cheap");
        // (1.0 + 0.8) / 2 is 0.90 exactly, and kept.
        Placement second = routing.place(pet(0.8));
        assertThat(second.bin()).isEqualTo("cheap");
        Placement third = routing.place(pet(0.8));
        assertThat(third.bin()).isEqualTo("rest");
        assertThat(third.reason())
                .isEqualTo("worth 0.0 in rest; cheap, at 0.8, would be 0.87 pure, below 0.9");
    }

    @Test
    void aFullBinTakesNothingUntilItIsEmptied() {
        Routing routing = routing();
        routing.use(new Policy(0.7, 0.3, 0, true, 0, List.of(mixed)));
        assertThat(routing.place(pet(0.6)).bin()).isEqualTo("mixed");
        assertThat(routing.place(pet(0.6)).bin()).isEqualTo("mixed");
        Placement refused = routing.place(pet(0.6));
        assertThat(refused.route()).isEqualTo(Route.MANUAL);
        assertThat(refused.options().getFirst().refused()).isEqualTo("is full: it holds 2 of 2");
        Content before = routing.emptied("mixed");
        assertThat(before.items()).isEqualTo(2);
        assertThat(before.accepted()).isEqualTo(2, within(1e-12));
        assertThat(routing.place(pet(0.6)).bin()).isEqualTo("mixed");
        assertThatExceptionOfType(InvalidRecordException.class)
                .isThrownBy(() -> routing.emptied("glass"))
                .withMessageContaining("no bin glass");
    }

    @Test
    void aBinForAnotherRouteIsNotForTheItem() {
        Routing routing = routing();
        Bin shelf = new Bin("shelf", Route.REUSE, List.of(), 5.0, 0.0, 0.0, null, null);
        routing.use(new Policy(0.7, 0.3, 0, true, 0, List.of(shelf, mixed)));
        assertThat(routing.place(pet(0.9)).bin()).isEqualTo("mixed");
        Placement good = routing.place(new Item(Map.of("PET", 0.9, "PE", 0.1), 0.8, false));
        assertThat(good.bin()).isEqualTo("shelf");
        assertThat(good.route()).isEqualTo(Route.REUSE);
        Placement unknown = routing.place(new Item(Map.of("PET", 1.0), null, false));
        assertThat(unknown.route()).isEqualTo(Route.MANUAL);
    }

    @Test
    void theNextStartKnowsThePolicyAndWhatTheBinsHold() {
        Routing routing = routing();
        routing.use(new Policy(0.8, 0.2, 0, true, 0.05, List.of(clear, mixed)));
        routing.place(pet(0.95));
        routing.stop();
        Routing next = routing();
        Routing.State state = next.state();
        assertThat(state.policy()).isEqualTo(routing.state().policy());
        assertThat(state.contents().get("clear")).isEqualTo(new Content(1, 0.95));
        assertThat(state.contents().get("mixed")).isEqualTo(Content.NONE);
        next.use(new Policy(0.8, 0.2, 0, true, 0.05, List.of(clear)));
        assertThat(next.state().contents()).containsOnlyKeys("clear");
        next.stop();
    }

    @Test
    void aDamagedPolicyStopsTheStart() throws Exception {
        Files.writeString(folder.resolve("policy.json"), "{\"reuseAbove\": 2");
        Routing routing = new Routing(settings());
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(routing::start)
                .withMessageContaining("policy.json is damaged");
    }

    @Test
    void aDamagedContentCountsFromNothing() throws Exception {
        Files.writeString(folder.resolve("contents.json"), "[");
        assertThat(routing().state().contents()).isEmpty();
    }

    @Test
    void aPolicyThatMakesNoSenseIsRefusedByField() {
        assertRefused("recycleBelow", () -> new Policy(0.3, 0.7, 0, true, 0, List.of()));
        assertRefused("manualCost", () -> new Policy(0.7, 0.3, 0, true, -1, List.of()));
        assertRefused("bins[clear]", () -> new Policy(0.7, 0.3, 0, true, 0, List.of(clear, clear)));
        assertRefused(
                "bins[].id", () -> new Bin("a b", null, List.of(), 1.0, 0.0, 0.0, null, null));
        assertRefused(
                "bins[a].purity", () -> new Bin("a", null, List.of(), 1.0, 0.0, 0.0, 1.5, null));
        assertRefused(
                "bins[a].price",
                () -> new Bin("a", null, List.of(), Double.NaN, 0.0, 0.0, null, null));
        assertRefused(
                "bins[a].capacity", () -> new Bin("a", null, List.of(), 1.0, 0.0, 0.0, null, 0L));
        assertRefused(
                "bins[a].route",
                () -> new Bin("a", Route.MANUAL, List.of(), 1.0, 0.0, 0.0, null, null));
    }

    private static void assertRefused(String field, ThrowingCallable made) {
        assertThatExceptionOfType(InvalidRecordException.class)
                .isThrownBy(made)
                .satisfies(e -> assertThat(e.field()).isEqualTo(field));
    }

    private static Route route(Routing routing, double quality) {
        return Objects.requireNonNull(routing.place(new Item(Map.of(), quality, false)).route());
    }

    private static Item pet(double probability) {
        return new Item(Map.of("PET", probability, "PE", 1 - probability), 0.1, false);
    }

    private Routing routing() {
        Routing routing = new Routing(settings());
        routing.start();
        return routing;
    }

    private RoutingSettings settings() {
        return new RoutingSettings(folder, 0.7, 0.3, 0, true, Duration.ofHours(1));
    }
}
