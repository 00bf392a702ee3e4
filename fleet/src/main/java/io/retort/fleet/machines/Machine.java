package io.retort.fleet.machines;

import io.retort.contract.maintenance.Condition;
import io.retort.fleet.simulation.Seeds;
import java.util.SplittableRandom;

/// One drive for life: a motor, its coupling and a pump on a frame, with a bearing on either side
/// of the coupling. What is drawn here stays the same at every visit and says nothing of the
/// machine's state.
///
/// @param hertz of the shaft, a four-pole motor's on a 50 Hz grid
/// @param unbalance amplitude that even a new rotor shakes with, m/s^2
/// @param paint hue of motor and pump, 0 to 1
/// @param stained share of old stains that no leak of today explains
/// @param seat of the pump beside the motor when it was mounted, in pixels
record Machine(
        double hertz, double unbalance, float paint, double stained, double seat, long seed) {

    /// Visits of one machine, from new to old.
    static final int VISITS = 5;

    static Machine draw(SplittableRandom random) {
        return new Machine(
                Seeds.between(random, 24, 24.8),
                Seeds.between(random, 0.2, 0.7),
                (float) random.nextDouble(),
                Seeds.between(random, 0, 0.3),
                Seeds.between(random, -1.2, 1.2),
                random.nextLong());
    }

    /// Wear grows with age, faster towards the end; alignment drifts and is put right at times;
    /// grease lasts a while and then is renewed.
    ///
    /// @param visit 0 to [#VISITS] - 1
    Condition condition(int visit) {
        SplittableRandom random = Seeds.random(seed, 1);
        double speed = Seeds.between(random, 0.4, 1.1);
        double age = (visit + random.nextDouble()) / VISITS;
        double wear = Math.clamp(speed * Math.pow(age, 1.4), 0.0, 1.0);
        SplittableRandom mechanic = Seeds.random(seed, 2, visit);
        double drift = Seeds.between(mechanic, 0, 0.35 + 0.65 * age);
        double since = mechanic.nextDouble();
        return new Condition(wear, 1 - Math.clamp(drift, 0.0, 1.0), since * since);
    }
}
