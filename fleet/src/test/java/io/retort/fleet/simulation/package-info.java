/// Tests of the simulated captures.
@NullMarked
package io.retort.fleet.simulation;

import org.jspecify.annotations.NullMarked;
