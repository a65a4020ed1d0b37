package org.aifactory.identity;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.util.Arrays;
import org.springdoc.core.customizers.GlobalOperationCustomizer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.MethodParameter;

/** What the description of the API says of all of it. */
@Configuration(proxyBeanMethods = false)
class ApiDescription {
    private static final String TOKEN = "token";
    private static final String ABOUT = """
            Everything that the pages do, a program can do. Sign up with `POST /api/sign-up`, or sign in with `POST /api/sign-in`; each answers
            with a token that is sent as `Authorization: Bearer …`. Every refusal is a problem (RFC 9457) whose type is a page that says what
            to do.""";

    @Bean
    OpenAPI openApi(ObjectProvider<BuildProperties> build) {
        BuildProperties built = build.getIfAvailable();
        return new OpenAPI()
                .info(new Info()
                        .title("AI Factory")
                        .description(ABOUT)
                        .version(built == null ? "0.1.0" : built.getVersion())
                        .license(new License().name("Apache-2.0").url("https://www.apache.org/licenses/LICENSE-2.0")))
                .components(new Components()
                        .addSecuritySchemes(
                                TOKEN,
                                new SecurityScheme()
                                        .type(SecurityScheme.Type.HTTP)
                                        .scheme("bearer")
                                        .description("A token of yours")))
                .addSecurityItem(new SecurityRequirement().addList(TOKEN));
    }

    /** Who asks comes from the token, and is no parameter that a program sends. */
    @Bean
    GlobalOperationCustomizer withoutActors() {
        return (operation, method) -> {
            if (operation.getParameters() != null) {
                Arrays.stream(method.getMethodParameters())
                        .filter(ApiDescription::isActor)
                        .map(parameter -> parameter.getParameter().getName())
                        .forEach(name ->
                                operation.getParameters().removeIf(described -> name.equals(described.getName())));
            }
            return operation;
        };
    }

    private static boolean isActor(MethodParameter parameter) {
        return parameter.nestedIfOptional().getNestedParameterType() == Actor.class;
    }
}
