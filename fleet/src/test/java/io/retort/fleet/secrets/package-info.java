@NullMarked
package io.retort.fleet.secrets;

import org.jspecify.annotations.NullMarked;
