/// Simulated machines that wear out in front of a camera, a thermal camera and an accelerometer.
@NullMarked
package io.retort.fleet.machines;

import org.jspecify.annotations.NullMarked;
