package io.retort.fleet.running;

import java.net.URI;

/// Where a fleet is spoken to, from outside.
///
/// @param brokers what Kafka clients connect to, host:port
public record Doors(URI teacher, URI distillation, URI registry, URI gateway, String brokers) {}
