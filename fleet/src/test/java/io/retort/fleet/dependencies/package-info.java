@NullMarked
package io.retort.fleet.dependencies;

import org.jspecify.annotations.NullMarked;
