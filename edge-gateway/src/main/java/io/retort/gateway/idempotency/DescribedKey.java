package io.retort.gateway.idempotency;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.stereotype.Component;

/// Says in the API's description which operations take a key.
@Component
final class DescribedKey implements OpenApiCustomizer {

    @Override
    public void customise(OpenAPI api) {
        api.getPaths().forEach((path, item) -> describe(path, item));
    }

    private static void describe(String path, PathItem item) {
        if (path.startsWith(IdempotencyFilter.API) && item.getPost() != null) {
            item.getPost()
                    .addParametersItem(
                            new HeaderParameter()
                                    .name(IdempotencyFilter.HEADER)
                                    .schema(new StringSchema().maxLength(255))
                                    .description(
                                            "What succeeded under a key is answered again, and not"
                                                    + " done again; the key belongs to its request"));
        }
    }
}
