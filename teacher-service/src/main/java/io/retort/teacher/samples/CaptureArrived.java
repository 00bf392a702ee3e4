package io.retort.teacher.samples;

/// A capture that was not known before is in the store.
///
/// @param schema name of the schema that it follows
public record CaptureArrived(String id, String schema) {}
