package io.retort.distillation;

import static io.retort.access.Role.PUBLISHER;
import static io.retort.access.Role.READER;
import static io.retort.access.Row.delete;
import static io.retort.access.Row.get;
import static io.retort.access.Row.post;

import io.retort.access.AccessTable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Who may do what here.
@Configuration(proxyBeanMethods = false)
class AccessRows {

    @Bean
    AccessTable accessTable() {
        return AccessTable.of(
                get("/api/v1/jobs", READER, PUBLISHER),
                get("/api/v1/jobs/{id}", READER, PUBLISHER),
                get("/api/v1/jobs/{id}/events", READER, PUBLISHER),
                get("/api/v1/sweeps/{id}/chart", READER, PUBLISHER),
                get("/api/v1/samples", READER, PUBLISHER),
                post("/api/v1/jobs", PUBLISHER),
                post("/api/v1/sweeps", PUBLISHER),
                delete("/api/v1/jobs/{id}", PUBLISHER),
                post("/api/v1/jobs/{id}/publication", PUBLISHER),
                get("/v3/api-docs", READER),
                get("/v3/api-docs.yaml", READER));
    }
}
