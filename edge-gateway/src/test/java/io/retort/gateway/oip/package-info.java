@NullMarked
package io.retort.gateway.oip;

import org.jspecify.annotations.NullMarked;
