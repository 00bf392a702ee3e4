package io.retort.fleet.running;

import java.nio.file.Path;

/// Where a fleet keeps its data and listens.
///
/// @param folder everything the broker and the services keep; a fleet goes on from it
/// @param freePorts whether every listener takes a free port instead of its own
/// @param model name of the model that the gateway follows
public record FleetSettings(Path folder, boolean freePorts, String model) {}
