package io.retort.registry;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/// Runs a class of tests against PostgreSQL and S3 in containers; its constructor begins with
/// [Containers#require].
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag(OnContainers.TAG)
public @interface OnContainers {

    String TAG = "containers";
}
