@NullMarked
package io.retort.fleet.station;

import org.jspecify.annotations.NullMarked;
