/// What the modules consist of, as their bills of materials say.
@NullMarked
package io.retort.fleet.dependencies;

import org.jspecify.annotations.NullMarked;
