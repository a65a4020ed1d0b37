package org.aifactory.identity;

import java.util.List;
import java.util.Optional;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Gives controllers the {@link Actor} that they ask for; where nobody is signed in, one who needs an actor is not called. */
@Configuration
class ActorResolver implements HandlerMethodArgumentResolver, WebMvcConfigurer {
    private final WhoAsks whoAsks;

    ActorResolver(WhoAsks whoAsks) {
        this.whoAsks = whoAsks;
    }

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(this);
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.nestedIfOptional().getNestedParameterType() == Actor.class;
    }

    @Override
    public @Nullable Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer model,
            NativeWebRequest request,
            @Nullable WebDataBinderFactory binders) {
        Optional<Actor> actor = whoAsks.of(request);
        if (parameter.isOptional()) {
            return actor;
        }
        return actor.orElseThrow(() -> Problem.of(ProblemType.SIGN_IN_NEEDED, "identity.refused.sign-in"));
    }
}
