package io.retort.gateway.binding;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RegisteredBean;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.stereotype.Component;

/// Puts [BindingsAfterStart] in the place of Spring Cloud Stream's lifecycle: a second one beside
/// it would bind every topic twice. Where the build prepares the context it has done so for good,
/// and leaves itself out.
@Component
final class Bindings implements BeanDefinitionRegistryPostProcessor, BeanRegistrationAotProcessor {

    private static final String LIFECYCLE = "inputBindingLifecycle";

    @Override
    public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
        registry.removeBeanDefinition(LIFECYCLE);
        registry.registerBeanDefinition(
                LIFECYCLE, new RootBeanDefinition(BindingsAfterStart.class));
    }

    @Override
    public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean bean) {
        return null;
    }
}
