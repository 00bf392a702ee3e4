package io.retort.distillation.export;

import java.util.Arrays;
import java.util.Locale;

/// The processors that an int8 file is made for.
///
/// Older x86 processors add two products of an activation (0..255) and a weight in 16 bits, which
/// saturate silently above 32,767: 2 x 255 x 127 does, 2 x 255 x 63 does not. So 7-bit weights give
/// the same sums everywhere, and 8-bit ones where sums are kept in 32 bits.
public enum TargetProfile {

    /// Any processor: 7-bit weights.
    ANY(63),

    /// x86 with vector neural network instructions (AVX-512 VNNI or AVX-VNNI).
    X86_VNNI(127),

    /// 64-bit ARM.
    ARM64(127);

    private final int largestWeight;

    TargetProfile(int largestWeight) {
        this.largestWeight = largestWeight;
    }

    /// As settings and reports name it, such as `x86-vnni`.
    public String title() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// @throws IllegalArgumentException naming the field `target` and all that there are
    public static TargetProfile named(String title) {
        for (TargetProfile target : values()) {
            if (target.title().equals(title)) {
                return target;
            }
        }
        throw new IllegalArgumentException(
                "target: '%s' is none of %s"
                        .formatted(
                                title, Arrays.stream(values()).map(TargetProfile::title).toList()));
    }

    /// Weights are -this..this steps.
    int largestWeight() {
        return largestWeight;
    }
}
