@NullMarked
package io.retort.fleet.demo;

import org.jspecify.annotations.NullMarked;
