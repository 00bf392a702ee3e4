package io.retort.gateway;

import io.swagger.v3.oas.annotations.OpenAPIDefinition;
import io.swagger.v3.oas.annotations.info.Info;
import java.time.Clock;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;

/// Serves one model of the registry to a plant's stations and systems.
@SpringBootApplication
@ConfigurationPropertiesScan
@OpenAPIDefinition(
        info =
                @Info(
                        title = "Retort edge gateway",
                        version = "1",
                        description =
                                "Identifies materials, assesses quality and degradation, and"
                                        + " routes items. Errors are problem details (RFC 9457)."))
public class EdgeGateway {

    public static void main(String[] args) {
        application().run(args);
    }

    public static SpringApplicationBuilder application() {
        return new SpringApplicationBuilder(EdgeGateway.class)
                .properties("spring.config.name=edge-gateway");
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
