package io.retort.fleet.machines;

import io.retort.contract.schema.SignalModality;
import io.retort.contract.v1.Signal;
import java.util.SplittableRandom;

/// Three axes on the pump's bearing: radial across and along the shaft in m/s^2, upright in g.
///
/// What shakes a drive is told by frequency (ISO 13373-3, annex on misalignment; Randall & Antoni
/// 2011, "Rolling element bearing diagnostics"): unbalance at the shaft's speed, shafts out of line
/// at twice that and along the shaft, a worn outer race in bursts at 3.58 times the speed (nine
/// balls) that ring at a resonance, and dry bearings in hiss. Everything grows with the load.
final class Accelerometer {

    private static final double RACE = 3.58;
    private static final double RESONANCE_HERTZ = 190;
    private static final double DECAY_SECONDS = 0.006;
    private static final double NOISE = 0.08;

    private final SignalModality modality;

    Accelerometer(SignalModality modality) {
        this.modality = modality;
    }

    Signal measure(Visit visit, SplittableRandom random) {
        int steps = modality.steps();
        double[][] axes = new double[3][steps];
        double shaft = 2 * Math.PI * visit.machine().hertz();
        double phase = 2 * Math.PI * random.nextDouble();
        double second = 2 * Math.PI * random.nextDouble();
        double load = 0.6 + 0.4 * visit.load();
        double out = visit.misalignment() * load;
        double wear = visit.condition().wear();
        double dry = visit.condition().lubrication();
        double hiss = NOISE + load * (0.5 * dry * dry + 0.25 * wear);
        for (int step = 0; step < steps; step++) {
            double time = step / modality.hertz();
            double once = Math.sin(shaft * time + phase);
            double twice = Math.sin(2 * shaft * time + second);
            double burst =
                    3 * wear * wear * load * burst(time * visit.machine().hertz() * RACE, visit);
            axes[0][step] =
                    visit.machine().unbalance() * load * once
                            + 2.2 * out * twice
                            + burst
                            + hiss * random.nextGaussian();
            axes[1][step] =
                    1.4 * out * once
                            + 1.2 * out * twice
                            + 0.4 * burst
                            + hiss * random.nextGaussian();
            axes[2][step] =
                    1
                            + 0.1
                                    * (visit.machine().unbalance() * load * once
                                            + burst
                                            + hiss * random.nextGaussian());
        }
        Signal.Builder signal =
                Signal.newBuilder()
                        .setChannels(3)
                        .setSteps(steps)
                        .setHertz((float) modality.hertz());
        for (double[] axis : axes) {
            for (double value : axis) {
                signal.addValues((float) value);
            }
        }
        return signal.build();
    }

    /// Ringing since the last ball passed the worn spot.
    ///
    /// @param balls that have passed
    private static double burst(double balls, Visit visit) {
        double since = (balls - Math.floor(balls)) / (visit.machine().hertz() * RACE);
        return Math.exp(-since / DECAY_SECONDS) * Math.sin(2 * Math.PI * RESONANCE_HERTZ * since);
    }
}
