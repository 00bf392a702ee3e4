package io.retort.distillation.export;

import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/// The files that an export wrote.
///
/// @param files by variant; fp32 and int8 among them
/// @param quantization how int8 was made
/// @param parityMaxAbsDiff largest absolute difference between the fp32 file's answers and the
///   trained network's
public record Exported(
        Map<Variant, Path> files, Quantization quantization, double parityMaxAbsDiff) {

    public Exported {
        files = Collections.unmodifiableMap(new EnumMap<>(files));
    }

    public Path fp32() {
        return file(Variant.FP32);
    }

    public Path int8() {
        return file(Variant.INT8);
    }

    public Path file(Variant variant) {
        return Objects.requireNonNull(files.get(variant), variant.title());
    }
}
