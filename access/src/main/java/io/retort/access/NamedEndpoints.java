package io.retort.access;

import java.util.Set;
import java.util.TreeSet;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/// Keeps a service from starting with an endpoint that its table does not name, in every mode: who
/// adds one learns at once that nobody could call it.
final class NamedEndpoints implements SmartInitializingSingleton {

    private final AccessTable table;
    private final ObjectProvider<RequestMappingHandlerMapping> mappings;

    NamedEndpoints(AccessTable table, ObjectProvider<RequestMappingHandlerMapping> mappings) {
        this.table = table;
        this.mappings = mappings;
    }

    @Override
    public void afterSingletonsInstantiated() {
        Set<String> unnamed = new TreeSet<>();
        mappings.forEach(mapping ->
                mapping.getHandlerMethods()
                        .forEach((info, method) -> {
                            if (!isError(method)) {
                                addUnnamed(info, unnamed);
                            }
                        }));
        if (!unnamed.isEmpty()) {
            throw new IllegalStateException(
                    "the access table has no row for " + String.join(", ", unnamed));
        }
    }

    private void addUnnamed(RequestMappingInfo info, Set<String> unnamed) {
        Set<RequestMethod> methods = info.getMethodsCondition().getMethods();
        for (String pattern : info.getPatternValues()) {
            if (methods.isEmpty()) {
                unnamed.add("any method of " + pattern);
            }
            for (RequestMethod method : methods) {
                if (!table.names(method.name(), pattern)) {
                    unnamed.add(method + " " + pattern);
                }
            }
        }
    }

    /// Reached by the container alone: asked for from outside it is refused like all that has no
    /// row.
    private static boolean isError(HandlerMethod method) {
        return ErrorController.class.isAssignableFrom(method.getBeanType());
    }
}
