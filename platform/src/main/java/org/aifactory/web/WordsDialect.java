package org.aifactory.web;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.thymeleaf.context.IExpressionContext;
import org.thymeleaf.dialect.IExpressionObjectDialect;
import org.thymeleaf.expression.IExpressionObjectFactory;

/** Lets every template say {@code #words}. */
@Component
class WordsDialect implements IExpressionObjectDialect, IExpressionObjectFactory {
    private static final String NAME = "words";

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public IExpressionObjectFactory getExpressionObjectFactory() {
        return this;
    }

    @Override
    public Set<String> getAllExpressionObjectNames() {
        return Set.of(NAME);
    }

    @Override
    public @Nullable Object buildObject(IExpressionContext context, String name) {
        return name.equals(NAME) ? new Words(context.getLocale()) : null;
    }

    @Override
    public boolean isCacheable(String name) {
        return true;
    }
}
