package io.retort.fleet.machines;

/// Where the parts of a drive are in a picture of its coupling, from the side; shares of the
/// picture's side. Motor and pump reach beyond it.
final class Drawing {

    static final double SHAFT = 0.45;
    static final double MOTOR_LEFT = -0.30;
    static final double MOTOR_RIGHT = 0.24;
    static final double PUMP_LEFT = 0.76;
    static final double PUMP_RIGHT = 1.30;
    static final double COUPLING = 0.50;
    static final double MOTOR_BEARING = 0.29;
    static final double PUMP_BEARING = 0.70;
    static final double FLOOR = 0.80;

    private Drawing() {}
}
