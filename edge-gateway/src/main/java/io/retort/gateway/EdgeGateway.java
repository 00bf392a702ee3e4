package io.retort.gateway;

import io.retort.gateway.prepared.PreparedContext;
import io.swagger.v3.oas.annotations.OpenAPIDefinition;
import io.swagger.v3.oas.annotations.info.Info;
import io.swagger.v3.oas.models.media.Schema;
import java.time.Clock;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;

/// Serves one model of the registry to a plant's stations and systems.
@SpringBootApplication(proxyBeanMethods = false)
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
        PreparedContext.run(EdgeGateway::application, args);
    }

    public static SpringApplicationBuilder application() {
        return new SpringApplicationBuilder(EdgeGateway.class)
                .properties("spring.config.name=edge-gateway");
    }

    /// A payload is any JSON to who reads the description, not the class that holds it here.
    @Bean
    OpenApiCustomizer anyJson() {
        return api ->
                api.getComponents()
                        .getSchemas()
                        .computeIfPresent(
                                "JsonNode", (_, _) -> new Schema<>().description("Any JSON"));
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
