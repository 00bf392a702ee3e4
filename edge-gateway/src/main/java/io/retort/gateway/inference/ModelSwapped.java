package io.retort.gateway.inference;

/// From now on, requests are answered by this version.
public record ModelSwapped(ModelVersion version) {}
