@NullMarked
package io.retort.fleet.images;

import org.jspecify.annotations.NullMarked;
