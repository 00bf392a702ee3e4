/// Sends captures and annotations to a broker, as a sorting station and its inspector do.
@NullMarked
package io.retort.fleet.station;

import org.jspecify.annotations.NullMarked;
