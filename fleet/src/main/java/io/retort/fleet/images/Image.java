package io.retort.fleet.images;

/// What an image is made of, by service.
enum Image {
    MODEL_REGISTRY("model-registry", "io.retort.registry.ModelRegistry"),
    TEACHER_SERVICE("teacher-service", "io.retort.teacher.TeacherService"),
    DISTILLATION_SERVICE("distillation-service", "io.retort.distillation.DistillationService"),
    EDGE_GATEWAY("edge-gateway", "io.retort.gateway.EdgeGateway");

    private final String module;
    private final String main;

    Image(String module, String main) {
        this.module = module;
        this.main = main;
    }

    String module() {
        return module;
    }

    String main() {
        return main;
    }
}
