@NullMarked
package io.retort.fleet;

import org.jspecify.annotations.NullMarked;
