@NullMarked
package io.retort.access;

import org.jspecify.annotations.NullMarked;
