@NullMarked
package io.retort.fleet.bench;

import org.jspecify.annotations.NullMarked;
