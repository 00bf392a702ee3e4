package io.retort.registry.models;

import io.retort.registry.Containers;
import io.retort.registry.OnContainers;
import io.retort.registry.RunningRegistry;

@OnContainers
class ModelControllerContainerTests extends ModelControllerTests {

    ModelControllerContainerTests(RunningRegistry registry) {
        Containers.require();
        super(registry);
    }
}
