package io.retort.fleet.simulation;

import java.util.SplittableRandom;

/// Random numbers that depend on the numbers given and on nothing else.
public final class Seeds {

    private Seeds() {}

    public static SplittableRandom random(long... parts) {
        return new SplittableRandom(mix(parts));
    }

    /// The finalizer of MurmurHash3 over all parts (Stafford's variant 13).
    static long mix(long... parts) {
        long mixed = 0x9E3779B97F4A7C15L;
        for (long part : parts) {
            mixed = (mixed ^ part) * 0x9E3779B97F4A7C15L + 0x632BE59BD9B4E019L;
            mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
            mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
            mixed ^= mixed >>> 31;
        }
        return mixed;
    }

    public static double between(SplittableRandom random, double low, double high) {
        return low + (high - low) * random.nextDouble();
    }
}
