/// Makes captures for machines without data: items on a belt, as a camera, a thermal camera and a
/// near-infrared spectrometer see them.
@NullMarked
package io.retort.fleet.simulation;

import org.jspecify.annotations.NullMarked;
