/// Tests of what the services say to each other.
@NullMarked
package io.retort.contract;

import org.jspecify.annotations.NullMarked;
