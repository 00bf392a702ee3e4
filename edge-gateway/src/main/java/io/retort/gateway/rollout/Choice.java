package io.retort.gateway.rollout;

import io.retort.gateway.inference.ModelVersion;

/// A file of a release that this machine runs.
record Choice(ModelVersion version, long bytes) {}
