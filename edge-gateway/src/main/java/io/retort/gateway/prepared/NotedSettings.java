package io.retort.gateway.prepared;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotContribution;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;

/// Writes what a [Preparation] has noted beside the code that comes of it, after the contexts below
/// the gateway's own (of the management port, of the binder) have asked for theirs.
final class NotedSettings implements BeanFactoryInitializationAotProcessor, Ordered {

    private static final String FILE =
            NotedSettings.class.getPackageName().replace('.', '/') + "/" + DecidingSettings.FILE;

    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public @Nullable BeanFactoryInitializationAotContribution processAheadOfTime(
            ConfigurableListableBeanFactory beans) {
        ConfigurableEnvironment environment = beans.getBean(ConfigurableEnvironment.class);
        Set<String> asked = Preparation.asked(environment);
        if (asked == null || isBelow(beans)) {
            return null;
        }
        return (generation, code) ->
                generation
                        .getGeneratedFiles()
                        .addResourceFile(
                                FILE, DecidingSettings.of(Set.copyOf(asked), environment).text());
    }

    private static boolean isBelow(ConfigurableListableBeanFactory beans) {
        return beans.getBeanNamesForAnnotation(SpringBootApplication.class).length == 0;
    }
}
