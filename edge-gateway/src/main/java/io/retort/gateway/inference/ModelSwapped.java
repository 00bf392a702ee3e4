package io.retort.gateway.inference;

import io.retort.contract.reference.Reference;
import org.jspecify.annotations.Nullable;

/// From now on, requests are answered by this version; those that run are still answered by the one
/// before it.
///
/// @param reference what the file answered before its release; null where it does not say
public record ModelSwapped(ModelVersion version, @Nullable Reference reference) {}
