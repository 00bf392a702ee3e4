/// Captures with what is known of them, and the reader of folders that hold them.
@NullMarked
package io.retort.fleet.dataset;

import org.jspecify.annotations.NullMarked;
