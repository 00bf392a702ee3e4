/// Lays out what the image of a service holds, so that building it needs no network.
@NullMarked
package io.retort.fleet.images;

import org.jspecify.annotations.NullMarked;
