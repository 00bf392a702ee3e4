/// Says which machines need their mechanic first, what for, and why.
@NullMarked
package io.retort.gateway.maintenance;

import org.jspecify.annotations.NullMarked;
