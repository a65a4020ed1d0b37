package org.aifactory.identity;

import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.core.jackson.TypeNameResolver;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springdoc.core.customizers.GlobalOperationCustomizer;
import org.springdoc.core.providers.ObjectMapperProvider;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.MethodParameter;
import org.springframework.util.AntPathMatcher;

/** What the description of the API says of all of it. */
@Configuration(proxyBeanMethods = false)
class ApiDescription {
    private static final String TOKEN = "token";
    private static final String PROBLEM = "Problem";
    private static final String OPENAI_ERROR = "OpenAiError";
    private static final String ABOUT = """
            Everything that the pages do, a program can do. Sign up with `POST /api/sign-up`, or sign in with `POST /api/sign-in`; each answers
            with a token that is sent as `Authorization: Bearer …`. Every refusal is a problem (RFC 9457) whose type is a page that says what
            to do.

            From documents to a model that answers: `POST /api/applications` for time on a partition of `GET /api/partitions`; what policy
            grants has an `allocation` in the answer. `POST /api/uploads` and `PATCH` the bytes, `POST /api/datasets`, and make a version of
            the uploads. `POST /api/estimates` says what a run would take, `POST /api/runs` with the same body starts it, and
            `GET /api/runs/{id}/events` tells how it goes. `GET /api/runs/{run}/model` is what it has made;
            `POST /api/models/{model}/chat/start` lets it answer at `POST /v1/chat/completions`, as OpenAI's clients ask.
            `GET /api/allocations/{id}/statement` accounts for every second.""";

    @Bean
    OpenAPI openApi(ObjectProvider<BuildProperties> build) {
        BuildProperties built = build.getIfAvailable();
        return new OpenAPI()
                .info(new Info()
                        .title("AI Factory")
                        .description(ABOUT)
                        .version(built == null ? "0.1.0" : built.getVersion())
                        .license(new License().name("Apache-2.0").url("https://www.apache.org/licenses/LICENSE-2.0")))
                .components(
                        new Components()
                                .addSecuritySchemes(
                                        TOKEN,
                                        new SecurityScheme()
                                                .type(SecurityScheme.Type.HTTP)
                                                .scheme("bearer")
                                                .description(
                                                        "A token of yours; below /v1/ also a key made with POST /api/chat/keys")))
                .addSecurityItem(new SecurityRequirement().addList(TOKEN));
    }

    /** Records of one name stand in many classes, and each is described under a name of its own. */
    @Bean
    ModelResolver modelResolver(ObjectMapperProvider mappers) {
        return new ModelResolver(mappers.jsonMapper(), new Names()).openapi31(true);
    }

    private static final class Names extends TypeNameResolver {
        @Override
        protected String getNameOfClass(Class<?> type) {
            Class<?> outer = type.getEnclosingClass();
            return outer == null
                    ? type.getSimpleName()
                    : getNameOfClass(outer).replaceFirst("Api$", "") + "." + type.getSimpleName();
        }
    }

    /** How anything may be refused, and what needs no token. */
    @Bean
    GlobalOpenApiCustomizer withRefusals() {
        return description -> {
            description.getComponents().addSchemas(PROBLEM, problem()).addSchemas(OPENAI_ERROR, openAiError());
            description
                    .getPaths()
                    .forEach((path, operations) -> operations
                            .readOperationsMap()
                            .forEach((method, operation) -> {
                                operation.getResponses().addApiResponse("default", refusal(path));
                                if (isOpen(path, method)) {
                                    operation.setSecurity(List.of());
                                }
                            }));
        };
    }

    private static boolean isOpen(String path, PathItem.HttpMethod method) {
        AntPathMatcher paths = new AntPathMatcher();
        Predicate<String> fits = pattern -> paths.match(pattern, path);
        return Arrays.stream(Security.OPEN_API).anyMatch(fits)
                || (method == PathItem.HttpMethod.GET
                        && Arrays.stream(Security.OPEN_READING).anyMatch(fits));
    }

    private static ApiResponse refusal(String path) {
        boolean isOpenAi = path.startsWith("/v1/");
        Schema<?> schema = new Schema<>().$ref("#/components/schemas/" + (isOpenAi ? OPENAI_ERROR : PROBLEM));
        return new ApiResponse()
                .description(
                        isOpenAi
                                ? "Refused, in the form of OpenAI's API"
                                : "Refused: 400 or 422 for a request that is wrong, 401 without a token, 403 for a role that may not, 404 for"
                                        + " what is not there or not yours, 409 for what cannot be done now, 429 for too much at once, 503"
                                        + " for what does not answer")
                .content(new Content()
                        .addMediaType(
                                isOpenAi ? "application/json" : "application/problem+json",
                                new MediaType().schema(schema)));
    }

    private static Schema<?> problem() {
        Schema<?> fault = object(Map.of("field", new StringSchema(), "message", new StringSchema()));
        Schema<?> problem = object(Map.of(
                "type",
                new StringSchema().description("The address of a page that says what to do"),
                "title",
                new StringSchema(),
                "status",
                new IntegerSchema(),
                "detail",
                new StringSchema().description("What was wrong this time, in a sentence"),
                "instance",
                new StringSchema(),
                "errors",
                new ArraySchema().items(fault).description("The fields that are wrong")));
        problem.setDescription("RFC 9457");
        problem.setRequired(List.of("type", "title", "status", "detail"));
        return problem;
    }

    private static Schema<?> openAiError() {
        Schema<?> error = object(Map.of(
                "error",
                object(Map.of(
                        "message", new StringSchema(),
                        "type", new StringSchema(),
                        "param", new StringSchema(),
                        "code", new StringSchema()))));
        error.setRequired(List.of("error"));
        return error;
    }

    private static Schema<?> object(Map<String, Schema<?>> properties) {
        Schema<?> object = new ObjectSchema();
        new TreeMap<>(properties).forEach(object::addProperty);
        return object;
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
