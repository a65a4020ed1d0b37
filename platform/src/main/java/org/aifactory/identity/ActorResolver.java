package org.aifactory.identity;

import java.util.List;
import java.util.Optional;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.MethodParameter;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Gives controllers the {@link Actor} that they ask for; where nobody is signed in, one who needs an actor is not called. */
@Configuration
class ActorResolver implements HandlerMethodArgumentResolver, WebMvcConfigurer {
    private static final String ACTOR = Actor.class.getName();

    private final People people;

    ActorResolver(People people) {
        this.people = people;
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
        Optional<Actor> actor = actor(request);
        if (parameter.isOptional()) {
            return actor;
        }
        return actor.orElseThrow(() -> Problem.of(ProblemType.SIGN_IN_NEEDED, "Sign in first."));
    }

    private Optional<Actor> actor(NativeWebRequest request) {
        if (request.getAttribute(ACTOR, RequestAttributes.SCOPE_REQUEST) instanceof Actor known) {
            return Optional.of(known);
        }
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        if (authentication == null || !(authentication.getPrincipal() instanceof SignedIn signedIn)) {
            return Optional.empty();
        }
        Optional<Actor> actor = people.actor(signedIn.person());
        actor.ifPresent(found -> request.setAttribute(ACTOR, found, RequestAttributes.SCOPE_REQUEST));
        return actor;
    }
}
