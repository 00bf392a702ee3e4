@NullMarked
package io.retort.fleet.broker;

import org.jspecify.annotations.NullMarked;
