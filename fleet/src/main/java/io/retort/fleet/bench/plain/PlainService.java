package io.retort.fleet.bench.plain;

import ai.djl.MalformedModelException;
import ai.djl.ModelException;
import ai.djl.repository.zoo.ZooModel;
import io.retort.contract.schema.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/// A model behind DJL's OnnxRuntime engine in a Spring MVC controller, with what
/// `spring-boot-starter-webmvc` configures and nothing that watches, guards or swaps. A process of
/// its own: DJL wants the only environment of ONNX Runtime.
@SpringBootConfiguration(proxyBeanMethods = false)
@ImportAutoConfiguration({
    TomcatServletWebServerAutoConfiguration.class,
    DispatcherServletAutoConfiguration.class,
    WebMvcAutoConfiguration.class,
    HttpMessageConvertersAutoConfiguration.class,
    JacksonAutoConfiguration.class,
    ErrorMvcAutoConfiguration.class
})
@Import(PlainController.class)
public class PlainService {

    public static void main(String[] arguments) {
        System.setProperty("ai.djl.offline", "true");
        SpringApplication.run(PlainService.class, arguments);
    }

    @Bean
    Schema schema(@Value("${plain.schema}") Path file) throws IOException {
        return Schema.parse(Files.readString(file));
    }

    /// Closed with the context.
    @Bean
    ZooModel<float[], Map<String, float[]>> model(@Value("${plain.model}") Path file, Schema schema)
            throws ModelException, IOException, MalformedModelException {
        return PlainModel.load(file, schema);
    }
}
