package io.retort.distillation.export;

import java.nio.file.Path;

/// The two files that an export wrote.
///
/// @param parityMaxAbsDiff largest absolute difference between the fp32 file's answers and the
///   trained network's
public record Exported(Path fp32, Path int8, double parityMaxAbsDiff) {}
