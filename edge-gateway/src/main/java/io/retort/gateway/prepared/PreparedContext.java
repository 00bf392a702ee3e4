package io.retort.gateway.prepared;

import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.aot.AbstractAotProcessor;

/// Starts a process by the beans that the build settled (Spring's ahead-of-time processing), where
/// all that they depend on is as it was then, and the ordinary way elsewhere.
public final class PreparedContext {

    private static final Logger LOG = LoggerFactory.getLogger(PreparedContext.class);

    private PreparedContext() {}

    /// For a process that starts nothing else: Spring knows one such choice for the whole of it.
    public static ConfigurableApplicationContext run(
            Supplier<SpringApplicationBuilder> application, String... arguments) {
        if (Boolean.getBoolean(AbstractAotProcessor.AOT_PROCESSING)) {
            return application.get().listeners(new Preparation()).run(arguments);
        }
        Choice choice = new Choice();
        try {
            return application.get().listeners(choice).run(arguments);
        } catch (RuntimeException e) {
            if (!choice.isPrepared()) {
                throw e;
            }
            // Logged by Spring Boot, as every start that fails.
            LOG.warn("This was a start by the prepared context. Once more, the ordinary way");
            choice.withdraw();
            return application.get().run(arguments);
        }
    }
}
