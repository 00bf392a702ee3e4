package io.retort.registry.models;

import io.retort.registry.Containers;
import io.retort.registry.OnContainers;
import io.retort.registry.RunningRegistry;

@OnContainers
class ModelCardContainerTests extends ModelCardTests {

    ModelCardContainerTests(RunningRegistry registry) {
        Containers.require();
        super(registry);
    }
}
