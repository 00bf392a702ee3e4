/// Checks that what an operations team applies fits together, and fits the services.
@NullMarked
package io.retort.fleet.deployment;

import org.jspecify.annotations.NullMarked;
