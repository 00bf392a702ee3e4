package io.retort.teacher;

import io.swagger.v3.oas.annotations.OpenAPIDefinition;
import io.swagger.v3.oas.annotations.info.Info;
import java.time.Clock;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.support.KafkaHeaderMapper;
import org.springframework.kafka.support.SimpleKafkaHeaderMapper;

/// Starts the service, and makes what all its features share.
@SpringBootApplication
@ConfigurationPropertiesScan
@OpenAPIDefinition(
        info =
                @Info(
                        title = "Retort teacher service",
                        version = "1",
                        description =
                                "Trains teachers on annotated captures and scores captures with"
                                        + " them."))
public class TeacherService {

    public static void main(String[] args) {
        application().run(args);
    }

    public static SpringApplicationBuilder application() {
        return new SpringApplicationBuilder(TeacherService.class)
                .properties("spring.config.name=teacher-service");
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    /// CloudEvents attributes and causes go onto the wire as they are; nothing else does.
    @Bean
    KafkaHeaderMapper plainHeaders() {
        SimpleKafkaHeaderMapper mapper =
                new SimpleKafkaHeaderMapper(
                        "ce_*", "content-type", "x-exception-*", "x-original-*");
        mapper.setMapAllStringsOut(true);
        return mapper;
    }
}
