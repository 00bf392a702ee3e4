package io.retort.gateway.binding;

import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.stereotype.Component;

/// Puts [BindingsAfterStart] in the place of Spring Cloud Stream's lifecycle: a second one beside
/// it would bind every topic twice.
@Component
final class Bindings implements BeanDefinitionRegistryPostProcessor {

    private static final String LIFECYCLE = "inputBindingLifecycle";

    @Override
    public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
        registry.removeBeanDefinition(LIFECYCLE);
        registry.registerBeanDefinition(
                LIFECYCLE, new RootBeanDefinition(BindingsAfterStart.class));
    }
}
