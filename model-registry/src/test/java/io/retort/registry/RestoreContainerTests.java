package io.retort.registry;

@OnContainers
class RestoreContainerTests extends RestoreTests {

    RestoreContainerTests(Database database) {
        super(database);
    }
}
