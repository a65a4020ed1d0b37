package org.aifactory.web;

import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

/** Whoever asks for a part that a file does not have is refused as everywhere; Spring alone would say so and send the whole file. */
@ControllerAdvice
class RangeAdvice implements ResponseBodyAdvice<Object> {
    private static final HttpStatus REFUSED = HttpStatus.REQUESTED_RANGE_NOT_SATISFIABLE;

    @Override
    public boolean supports(MethodParameter returned, Class<? extends HttpMessageConverter<?>> converter) {
        return true;
    }

    @Override
    public @Nullable Object beforeBodyWrite(
            @Nullable Object body,
            MethodParameter returned,
            MediaType type,
            Class<? extends HttpMessageConverter<?>> converter,
            ServerHttpRequest request,
            ServerHttpResponse response) {
        if (body instanceof Resource
                && response instanceof ServletServerHttpResponse servlet
                && servlet.getServletResponse().getStatus() == REFUSED.value()) {
            throw new NoSuchRange(String.valueOf(response.getHeaders().getFirst(HttpHeaders.CONTENT_RANGE)));
        }
        return body;
    }

    static final class NoSuchRange extends ErrorResponseException {
        /** @param length in the form of the header: {@code bytes *}{@code /100} */
        NoSuchRange(String length) {
            super(REFUSED);
            getHeaders().set(HttpHeaders.CONTENT_RANGE, length);
        }
    }
}
