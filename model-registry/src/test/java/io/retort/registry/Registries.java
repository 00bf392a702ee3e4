package io.retort.registry;

import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.ParameterDeclarations;

/// The registries that a class of tests runs against: the one in containers where it says
/// [OnContainers], else those that need nothing.
public final class Registries implements ArgumentsProvider {

    @Override
    public Stream<? extends Arguments> provideArguments(
            ParameterDeclarations parameters, ExtensionContext context) {
        if (context.getTags().contains(OnContainers.TAG)) {
            return Containers.arguments(() -> RunningRegistry.CONTAINERS);
        }
        return Stream.of(Arguments.of(RunningRegistry.H2), Arguments.of(RunningRegistry.POSTGRES));
    }
}
