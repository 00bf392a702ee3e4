package io.retort.gateway.maintenance;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.Limits;
import io.retort.contract.maintenance.Condition;
import io.retort.contract.maintenance.Factor;
import io.retort.gateway.assessment.Payloads;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Machines as they are sent.
record Fleet(@Nullable List<@Nullable Machine> machines) {

    /// Either the three readings, each in [0, 1], or captures that the model reads them from.
    record Machine(
            @Nullable String id,
            @Nullable Double wear,
            @Nullable Double alignment,
            @Nullable Double lubrication,
            @Nullable List<@Nullable Payloads> captures) {

        private @Nullable Double reading(Factor factor) {
            return switch (factor) {
                case WEAR -> wear;
                case ALIGNMENT -> alignment;
                case LUBRICATION -> lubrication;
            };
        }
    }

    /// A machine that says enough.
    sealed interface Sent {

        String id();

        record Known(String id, Condition condition) implements Sent {}

        /// @param field of the machine in the request
        record Seen(String id, String field, List<Payloads> captures) implements Sent {}
    }

    /// @throws InvalidRecordException naming the field, such as `machines[2].wear`
    List<Sent> sent(MaintenanceSettings settings) {
        if (machines == null || machines.isEmpty()) {
            throw new InvalidRecordException("machines", "are missing");
        }
        if (machines.size() > settings.mostMachines()) {
            throw new InvalidRecordException(
                    "machines",
                    "are %d, allowed are %d".formatted(machines.size(), settings.mostMachines()));
        }
        List<Sent> sent = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        int captures = 0;
        for (int i = 0; i < machines.size(); i++) {
            String field = "machines[" + i + "]";
            Machine machine = machines.get(i);
            if (machine == null) {
                throw new InvalidRecordException(field, "is null");
            }
            Sent one = sent(field, machine);
            if (!ids.add(one.id())) {
                throw new InvalidRecordException(field + ".id", one.id() + " comes twice");
            }
            captures += one instanceof Sent.Seen seen ? seen.captures().size() : 0;
            if (captures > settings.mostCaptures()) {
                throw new InvalidRecordException(
                        field + ".captures",
                        "there are more than %d in the request".formatted(settings.mostCaptures()));
            }
            sent.add(one);
        }
        return sent;
    }

    private static Sent sent(String field, Machine machine) {
        String id = machine.id();
        if (id == null || id.isBlank() || id.length() > Limits.ID_CHARACTERS) {
            throw new InvalidRecordException(
                    field + ".id", "must have 1 to %d characters".formatted(Limits.ID_CHARACTERS));
        }
        Map<String, Double> readings = new LinkedHashMap<>();
        for (Factor factor : Factor.values()) {
            Double reading = machine.reading(factor);
            if (reading != null) {
                readings.put(factor.head(), reading);
            }
        }
        if (machine.captures() != null) {
            if (!readings.isEmpty()) {
                throw new InvalidRecordException(
                        field, "has captures and " + readings.keySet() + ", may have one of them");
            }
            return new Sent.Seen(id, field, captures(field, machine.captures()));
        }
        for (Factor factor : Factor.values()) {
            String name = field + "." + factor.head();
            Double reading = readings.get(factor.head());
            if (reading == null) {
                throw new InvalidRecordException(name, "is missing, and there are no captures");
            }
            if (!(reading >= 0 && reading <= 1)) {
                throw new InvalidRecordException(name, "is " + reading + ", allowed are 0 to 1");
            }
        }
        return new Sent.Known(id, Condition.of(readings));
    }

    private static List<Payloads> captures(String field, List<@Nullable Payloads> captures) {
        if (captures.isEmpty()) {
            throw new InvalidRecordException(field + ".captures", "are none");
        }
        List<Payloads> all = new ArrayList<>();
        for (int i = 0; i < captures.size(); i++) {
            Payloads capture = captures.get(i);
            if (capture == null) {
                throw new InvalidRecordException(field + ".captures[" + i + "]", "is null");
            }
            all.add(capture);
        }
        return all;
    }
}
