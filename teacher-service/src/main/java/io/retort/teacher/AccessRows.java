package io.retort.teacher;

import static io.retort.access.Role.OPERATOR;
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
                get("/api/v1/teachers", READER, PUBLISHER),
                get("/api/v1/teachers/active", READER, PUBLISHER),
                get("/api/v1/teachers/{id}", READER, PUBLISHER),
                get("/api/v1/teachers/{id}/events", READER, PUBLISHER),
                get("/api/v1/samples", READER, PUBLISHER),
                post("/api/v1/teachers", PUBLISHER),
                post("/api/v1/scores", PUBLISHER),
                delete("/api/v1/teachers/{id}", OPERATOR),
                get("/v3/api-docs", READER),
                get("/v3/api-docs.yaml", READER));
    }
}
