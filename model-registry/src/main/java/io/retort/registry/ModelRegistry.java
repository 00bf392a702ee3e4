package io.retort.registry;

import io.swagger.v3.oas.annotations.OpenAPIDefinition;
import io.swagger.v3.oas.annotations.info.Info;
import java.time.Clock;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableScheduling;

@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
@OpenAPIDefinition(
        info =
                @Info(
                        title = "Retort model registry",
                        version = "v1",
                        description = "Errors are problem details (RFC 9457)."))
public class ModelRegistry {

    public static void main(String[] args) {
        application().run(args);
    }

    public static SpringApplicationBuilder application() {
        return new SpringApplicationBuilder(ModelRegistry.class)
                .properties("spring.config.name=model-registry");
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
