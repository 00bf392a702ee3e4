package io.retort.learning.samples;

import io.retort.contract.Digests;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/// Which groups are kept out of training and used for evaluation alone. All captures of a group lie
/// on one side, and a group lies on the same side wherever and whenever it is asked.
///
/// @param groups held out by name
/// @param share of the remaining groups held out by a hash of their name, in [0, 1)
public record HeldOut(Set<String> groups, double share) {

    public HeldOut {
        groups = Set.copyOf(groups);
        if (!(share >= 0 && share < 1)) {
            throw new IllegalArgumentException("heldOut.share: " + share + " is not in [0, 1)");
        }
    }

    /// A fifth of all groups, by hash.
    public static HeldOut fifth() {
        return new HeldOut(Set.of(), 0.2);
    }

    /// Whether anything is held out, as far as there are groups.
    public boolean any() {
        return share > 0 || !groups.isEmpty();
    }

    public boolean contains(String group) {
        return groups.contains(group) || (share > 0 && uniform(group) < share);
    }

    /// In [0, 1), from the first 4 bytes of the name's SHA-256.
    private static double uniform(String group) {
        byte[] hash = Digests.sha256().digest(group.getBytes(StandardCharsets.UTF_8));
        return Integer.toUnsignedLong(ByteBuffer.wrap(hash).getInt()) / 0x1p32;
    }
}
