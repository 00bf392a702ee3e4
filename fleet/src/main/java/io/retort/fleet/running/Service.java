package io.retort.fleet.running;

import io.retort.distillation.DistillationService;
import io.retort.gateway.EdgeGateway;
import io.retort.registry.ModelRegistry;
import io.retort.teacher.TeacherService;
import java.util.List;
import org.springframework.boot.builder.SpringApplicationBuilder;

/// The four services in the order in which they start: each finds those that it calls.
enum Service {
    MODEL_REGISTRY("model-registry", 8083),
    TEACHER_SERVICE("teacher-service", 8081),
    DISTILLATION_SERVICE("distillation-service", 8082),
    EDGE_GATEWAY("edge-gateway", 8080);

    private final String module;
    private final int port;

    Service(String module, int port) {
        this.module = module;
        this.port = port;
    }

    String module() {
        return module;
    }

    /// Where it listens unless told otherwise.
    int defaultPort() {
        return port;
    }

    /// Of health and metrics, as in the service's own settings.
    int defaultManagementPort() {
        return port + 1000;
    }

    SpringApplicationBuilder application() {
        return switch (this) {
            case MODEL_REGISTRY -> ModelRegistry.application();
            case TEACHER_SERVICE -> TeacherService.application();
            case DISTILLATION_SERVICE -> DistillationService.application();
            case EDGE_GATEWAY -> EdgeGateway.application();
        };
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
