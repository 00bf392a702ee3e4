package io.retort.gateway;

import static io.retort.access.Role.OPERATOR;
import static io.retort.access.Role.READER;
import static io.retort.access.Role.STATION;
import static io.retort.access.Row.get;
import static io.retort.access.Row.open;
import static io.retort.access.Row.post;
import static io.retort.access.Row.put;

import io.retort.access.AccessTable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Who may do what here. A gRPC call is a POST to its full name.
@Configuration(proxyBeanMethods = false)
class AccessRows {

    private static final String GRPC = "/inference.GRPCInferenceService/";

    @Bean
    AccessTable accessTable() {
        return AccessTable.of(
                post("/api/v1/assessments", STATION),
                post("/api/v1/assessments/bulk", STATION),
                post("/api/v1/inspections", STATION),
                get("/api/v1/inspections", READER, STATION),
                get("/api/v1/inspections/{id}", READER, STATION),
                post("/api/v1/maintenance", STATION),
                get("/api/v1/model", READER, STATION),
                post("/api/v1/model/refresh", OPERATOR),
                get("/api/v1/drift", READER, STATION),
                get("/api/v1/power", READER, STATION),
                put("/api/v1/power", OPERATOR),
                get("/api/v1/routing", READER, STATION),
                put("/api/v1/routing", OPERATOR),
                post("/api/v1/routing/bins/{id}/emptied", OPERATOR),
                get("/v2", READER, STATION),
                open("GET", "/v2/health/live"),
                open("GET", "/v2/health/ready"),
                get("/v2/models/{name}", READER, STATION),
                get("/v2/models/{name}/ready", READER, STATION),
                get("/v2/models/{name}/versions/{version}", READER, STATION),
                get("/v2/models/{name}/versions/{version}/ready", READER, STATION),
                post("/v2/models/{name}/infer", STATION),
                post("/v2/models/{name}/versions/{version}/infer", STATION),
                open("POST", GRPC + "ServerLive"),
                open("POST", GRPC + "ServerReady"),
                post(GRPC + "ServerMetadata", READER, STATION),
                post(GRPC + "ModelReady", READER, STATION),
                post(GRPC + "ModelMetadata", READER, STATION),
                post(GRPC + "ModelInfer", STATION),
                get("/v3/api-docs", READER),
                get("/v3/api-docs.yaml", READER));
    }
}
