package io.retort.registry.artifacts;

import io.retort.registry.Containers;
import io.retort.registry.OnContainers;
import java.io.IOException;

@OnContainers
class ArtifactStoreContainerTests extends ArtifactStoreTests {

    ArtifactStoreContainerTests(Place place) throws IOException {
        Containers.require();
        super(place);
    }
}
