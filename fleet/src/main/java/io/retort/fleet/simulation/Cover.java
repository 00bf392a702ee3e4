package io.retort.fleet.simulation;

/// What lies on an item and hides it, in patches.
record Cover(Reflector reflector, Colour colour) {}
