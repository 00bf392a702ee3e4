package io.retort.gateway.maintenance;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.retort.contract.maintenance.Condition;
import io.retort.contract.maintenance.Factor;
import io.retort.contract.maintenance.Urgency;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Which machine comes first.
///
/// @param model that read the captures; null where nothing but readings came
@JsonInclude(JsonInclude.Include.NON_NULL)
record Plan(String formula, List<Entry> machines, @Nullable Reader model, Instant madeAt) {

    static final String FORMULA = "0.4 wear + 0.3 (1 - alignment) + 0.3 lubrication";

    record Reader(String model, int version, String digest) {}

    /// @param rank from 1; of equally urgent machines the first by id
    /// @param urgency in [0, 1]
    /// @param captures that the condition is the mean of; 0 where it was sent
    /// @param actions what is to be done, what contributes most first
    /// @param reasons of the urgency: its terms, which sum to it
    record Entry(
            int rank,
            String id,
            double urgency,
            When when,
            Condition condition,
            int captures,
            List<Action> actions,
            List<Reason> reasons) {}

    /// @param factor that it is against
    record Action(String factor, When when, String action) {}

    /// @param severity 0 as new, 1 as bad as it gets
    record Reason(
            String factor,
            double reading,
            double severity,
            double weight,
            double contribution,
            String reason) {}

    /// A machine whose state is known.
    record Known(String id, Condition condition, int captures) {}

    static Plan of(
            List<Known> machines,
            MaintenanceSettings settings,
            @Nullable Reader model,
            Instant now) {
        record Ranked(Known machine, Urgency urgency) {}
        List<Ranked> ranked =
                machines.stream()
                        .map(machine -> new Ranked(machine, Urgency.of(machine.condition())))
                        .sorted(
                                Comparator.comparingDouble((Ranked r) -> r.urgency().value())
                                        .reversed()
                                        .thenComparing(r -> r.machine().id()))
                        .toList();
        List<Entry> entries = new ArrayList<>();
        for (Ranked next : ranked) {
            Urgency urgency = next.urgency();
            entries.add(
                    new Entry(
                            entries.size() + 1,
                            next.machine().id(),
                            urgency.value(),
                            settings.when(urgency.value()),
                            next.machine().condition(),
                            next.machine().captures(),
                            actions(urgency, settings),
                            urgency.reasons().stream().map(Plan::reason).toList()));
        }
        return new Plan(FORMULA, entries, model, now);
    }

    private static List<Action> actions(Urgency urgency, MaintenanceSettings settings) {
        List<Action> actions = new ArrayList<>();
        for (Urgency.Reason reason : urgency.reasons()) {
            When when = settings.when(severity(reason));
            switch (when) {
                case NOW, NEXT_STOP ->
                        actions.add(
                                new Action(
                                        reason.factor().head(),
                                        when,
                                        action(reason.factor(), when)));
                case LATER -> {}
            }
        }
        return actions;
    }

    private static Reason reason(Urgency.Reason reason) {
        double severity = severity(reason);
        return new Reason(
                reason.factor().head(),
                reason.reading(),
                severity,
                reason.factor().weight(),
                reason.contribution(),
                String.format(
                        Locale.ROOT,
                        "%s at %.2f adds %.2f of %.2f",
                        reason.factor().head(),
                        reason.reading(),
                        reason.contribution(),
                        reason.factor().weight()));
    }

    private static double severity(Urgency.Reason reason) {
        return reason.contribution() / reason.factor().weight();
    }

    private static String action(Factor factor, When when) {
        boolean now = when == When.NOW;
        return switch (factor) {
            case WEAR ->
                    now
                            ? "stop the machine and replace its worn parts"
                            : "order spare parts, and inspect bearings, belts and seals";
            case ALIGNMENT ->
                    now
                            ? "stop the machine and align shaft and coupling"
                            : "measure the alignment of shaft and coupling, and correct it";
            case LUBRICATION ->
                    now ? "lubricate before the machine runs on" : "lubricate, and look for leaks";
        };
    }
}
