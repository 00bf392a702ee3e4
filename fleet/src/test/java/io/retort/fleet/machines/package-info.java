@NullMarked
package io.retort.fleet.machines;

import org.jspecify.annotations.NullMarked;
