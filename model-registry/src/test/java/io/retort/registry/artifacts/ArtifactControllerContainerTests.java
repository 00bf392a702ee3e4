package io.retort.registry.artifacts;

import io.retort.registry.Containers;
import io.retort.registry.OnContainers;
import io.retort.registry.RunningRegistry;

@OnContainers
class ArtifactControllerContainerTests extends ArtifactControllerTests {

    ArtifactControllerContainerTests(RunningRegistry registry) {
        Containers.require();
        super(registry);
    }
}
