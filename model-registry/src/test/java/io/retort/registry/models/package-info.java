/// Tests of models, versions and aliases.
@NullMarked
package io.retort.registry.models;

import org.jspecify.annotations.NullMarked;
