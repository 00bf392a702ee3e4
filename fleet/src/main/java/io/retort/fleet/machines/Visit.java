package io.retort.fleet.machines;

import io.retort.contract.maintenance.Condition;
import io.retort.fleet.simulation.Seeds;
import java.util.SplittableRandom;

/// A machine as it is found: its state, and what the day adds that says nothing of it.
///
/// @param load 0.5 to 1.1 of what the motor is built for
/// @param ambient temperature, kelvin
/// @param light of the hall, 1 is usual
/// @param dust on everything, 0 to 1
record Visit(
        Machine machine,
        Condition condition,
        double load,
        double ambient,
        double light,
        double dust) {

    static Visit draw(Machine machine, int visit, SplittableRandom random) {
        return new Visit(
                machine,
                machine.condition(visit),
                Seeds.between(random, 0.5, 1.1),
                Seeds.between(random, 285, 303),
                Seeds.between(random, 0.6, 1.3),
                Seeds.between(random, 0, 0.4));
    }

    /// How far out of line the shafts are, 0 to 1.
    double misalignment() {
        return 1 - condition.alignment();
    }
}
