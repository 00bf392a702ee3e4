package io.retort.registry;

import static io.retort.access.Role.ADMIN;
import static io.retort.access.Role.GATEWAY;
import static io.retort.access.Role.OPERATOR;
import static io.retort.access.Role.PUBLISHER;
import static io.retort.access.Role.READER;
import static io.retort.access.Row.get;
import static io.retort.access.Row.post;
import static io.retort.access.Row.put;

import io.retort.access.AccessTable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Who may do what here. What one publishes one may read.
@Configuration(proxyBeanMethods = false)
class AccessRows {

    @Bean
    AccessTable accessTable() {
        return AccessTable.of(
                get("/api/v1/models", READER, GATEWAY, PUBLISHER),
                get("/api/v1/models/{model}", READER, GATEWAY, PUBLISHER),
                get("/api/v1/models/{model}/versions", READER, GATEWAY, PUBLISHER),
                get("/api/v1/models/{model}/versions/{version}", READER, GATEWAY, PUBLISHER),
                get("/api/v1/models/{model}/versions/{version}/card", READER, GATEWAY, PUBLISHER),
                get("/api/v1/models/{model}/aliases", READER, GATEWAY, PUBLISHER),
                get("/api/v1/models/{model}/aliases/{alias}", READER, GATEWAY, PUBLISHER),
                get("/api/v1/artifacts/{sha256}", READER, GATEWAY, PUBLISHER),
                put("/api/v1/artifacts/{sha256}", PUBLISHER),
                post("/api/v1/models/{model}/versions", PUBLISHER),
                put("/api/v1/models/{model}/aliases/{alias}", OPERATOR),
                post("/api/v1/artifacts/scrub", ADMIN),
                get("/v3/api-docs", READER),
                get("/v3/api-docs.yaml", READER));
    }
}
