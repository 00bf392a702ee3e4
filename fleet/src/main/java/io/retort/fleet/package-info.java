/// The `./retort` command: everything that needs more than one service at once.
@NullMarked
package io.retort.fleet;

import org.jspecify.annotations.NullMarked;
