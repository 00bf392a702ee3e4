/// Tests of the reader of dataset folders.
@NullMarked
package io.retort.fleet.dataset;

import org.jspecify.annotations.NullMarked;
