package io.retort.distillation;

import io.swagger.v3.oas.annotations.OpenAPIDefinition;
import io.swagger.v3.oas.annotations.info.Info;
import java.time.Clock;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;

/// Starts the service.
@SpringBootApplication
@ConfigurationPropertiesScan
@OpenAPIDefinition(
        info =
                @Info(
                        title = "Retort distillation service",
                        version = "1",
                        description =
                                "Keeps captures with what teachers and inspectors say of them, and"
                                        + " distils students from them."))
public class DistillationService {

    public static void main(String[] arguments) {
        application().run(arguments);
    }

    /// The service as it is started alone, in tests, and beside the others in one JVM.
    public static SpringApplicationBuilder application() {
        return new SpringApplicationBuilder(DistillationService.class)
                .properties("spring.config.name=distillation-service");
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
