package io.retort.fleet.running;

import io.retort.distillation.DistillationService;
import io.retort.gateway.EdgeGateway;
import io.retort.registry.ModelRegistry;
import io.retort.teacher.TeacherService;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.boot.builder.SpringApplicationBuilder;

/// The four services in the order in which they start: each finds those that it calls.
enum Service {
    MODEL_REGISTRY("model-registry", 8083, ModelRegistry::application),
    TEACHER_SERVICE("teacher-service", 8081, TeacherService::application),
    DISTILLATION_SERVICE("distillation-service", 8082, DistillationService::application),
    EDGE_GATEWAY("edge-gateway", 8080, EdgeGateway::application);

    private final String module;
    private final int port;
    private final Supplier<SpringApplicationBuilder> application;

    Service(String module, int port, Supplier<SpringApplicationBuilder> application) {
        this.module = module;
        this.port = port;
        this.application = application;
    }

    String module() {
        return module;
    }

    /// Where it listens unless told otherwise.
    int defaultPort() {
        return port;
    }

    SpringApplicationBuilder application() {
        return application.get();
    }

    /// Auto-configurations of what is on the class path for another service's sake.
    List<String> foreignAutoConfigurations() {
        return switch (this) {
            case MODEL_REGISTRY -> List.of();
            case TEACHER_SERVICE, DISTILLATION_SERVICE, EDGE_GATEWAY ->
                    List.of(
                            "org.springframework.boot.jdbc.autoconfigure"
                                    + ".DataSourceAutoConfiguration",
                            "org.springframework.boot.flyway.autoconfigure"
                                    + ".FlywayAutoConfiguration");
        };
    }
}
