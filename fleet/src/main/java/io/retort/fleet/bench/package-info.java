/// Measures alternatives side by side in one run, and writes what came out in one format.
@NullMarked
package io.retort.fleet.bench;

import org.jspecify.annotations.NullMarked;
