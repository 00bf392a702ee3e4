/// Models, their versions that never change, and the aliases that move between them.
@NullMarked
package io.retort.registry.models;

import org.jspecify.annotations.NullMarked;
