package io.retort.fleet.running;

import java.net.URI;

/// Where a fleet is spoken to, from outside.
///
/// @param brokers what Kafka clients connect to, host:port
/// @param token with which one may do everything at each of them
public record Doors(
        URI teacher, URI distillation, URI registry, URI gateway, String brokers, String token) {

    /// Without the token, which ends up nowhere by accident.
    @Override
    public String toString() {
        return "Doors[%s, %s, %s, %s, %s]"
                .formatted(teacher, distillation, registry, gateway, brokers);
    }
}
