package io.retort.registry;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;

/// Runs a class of tests against PostgreSQL and S3 in containers, where a Docker engine is.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag(OnContainers.TAG)
@EnabledIf(
        value = "io.retort.registry.Containers#reachable",
        disabledReason = "no Docker engine is reachable, so nothing was run in containers")
public @interface OnContainers {

    String TAG = "containers";
}
