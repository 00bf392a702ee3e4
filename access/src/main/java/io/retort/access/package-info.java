/// Says who may do what at a service's doors, and shows a service's own credential at others'.
@NullMarked
package io.retort.access;

import org.jspecify.annotations.NullMarked;
