package io.retort.fleet.running;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where a fleet keeps its data and listens.
///
/// @param folder everything the broker and the services keep; a fleet goes on from it
/// @param freePorts whether every listener takes a free port instead of its own
/// @param model name of the model that the gateway follows
/// @param callers file of those who may come in, beside whoever started the fleet
public record FleetSettings(Path folder, boolean freePorts, String model, @Nullable Path callers) {}
