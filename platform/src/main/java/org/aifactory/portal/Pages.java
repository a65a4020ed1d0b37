package org.aifactory.portal;

import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Which pages there are, so that no link leads to one of a module that brings none. */
@Component
class Pages {
    private final SingletonSupplier<Set<String>> paths;

    Pages(@Qualifier("requestMappingHandlerMapping") ObjectProvider<RequestMappingHandlerMapping> mapping) {
        // They are known only once everything is put together.
        paths = SingletonSupplier.of(() -> mapping.getObject().getHandlerMethods().keySet().stream()
                .flatMap(page -> page.getPatternValues().stream())
                .map(pattern -> pattern.replaceAll("\\{[^}]*}", "{}"))
                .collect(Collectors.toUnmodifiableSet()));
    }

    /** @param path with {@code {}} for every part of it that varies */
    boolean has(String path) {
        return paths.obtain().contains(path);
    }
}
