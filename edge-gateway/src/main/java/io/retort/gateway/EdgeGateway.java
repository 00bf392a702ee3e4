package io.retort.gateway;

import java.time.Clock;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;

/// Serves one model of the registry to a plant's stations and systems.
@SpringBootApplication
@ConfigurationPropertiesScan
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
