package io.retort.registry;

@OnContainers
class RestoreContainerTests extends RestoreTests {

    RestoreContainerTests(Database database) {
        Containers.require();
        super(database);
    }
}
