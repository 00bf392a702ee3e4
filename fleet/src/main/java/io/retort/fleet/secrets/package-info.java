/// Makes what docker-compose.yml takes from files instead of saying it.
@NullMarked
package io.retort.fleet.secrets;

import org.jspecify.annotations.NullMarked;
