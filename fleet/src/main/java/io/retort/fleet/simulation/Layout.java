package io.retort.fleet.simulation;

import java.util.SplittableRandom;

/// Which look at which object the captures are, so that any of them is found without those before.
///
/// Six captures of every material make a cycle: three objects each, seen once, twice and three
/// times in varying order. Within a cycle three rounds pass, each with one object of every material
/// in random order. An object is a group; a material's objects take the folds in turn.
record Layout(long seed, int materials) {

    private static final int ROUNDS = 3;
    private static final int CAPTURES = 6;
    private static final int FOLDS = 5;

    /// @param object unique over all materials
    /// @param view number of the look at the object, from 0
    record Place(int material, int object, int view, int fold) {}

    Place place(int index) {
        int cycle = index / (CAPTURES * materials);
        int left = index % (CAPTURES * materials);
        int[] turns = shuffled(Seeds.random(seed, 1, cycle));
        for (int round = 0; round < ROUNDS; round++) {
            int[] order = shuffled(Seeds.random(seed, 2, cycle, round));
            for (int material : order) {
                int views = 1 + (turns[material] + round) % ROUNDS;
                if (left < views) {
                    int ordinal = ROUNDS * cycle + round;
                    return new Place(
                            material,
                            ordinal * materials + material,
                            left,
                            fold(material, ordinal));
                }
                left -= views;
            }
        }
        throw new AssertionError("a cycle has " + CAPTURES + " captures of every material");
    }

    private int fold(int material, int ordinal) {
        long first = Math.floorMod(Seeds.mix(seed, 3, material), (long) FOLDS);
        return (int) ((first + ordinal) % FOLDS);
    }

    private int[] shuffled(SplittableRandom random) {
        int[] order = new int[materials];
        for (int i = 0; i < materials; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
