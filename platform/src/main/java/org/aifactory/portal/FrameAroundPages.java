package org.aifactory.portal;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.aifactory.identity.WhoAsks;
import org.aifactory.notices.Inbox;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Gives every template the {@link Frame} as {@code frame}. As an attribute of the request it is there on pages that tell of a failure, too.
 */
@Configuration
class FrameAroundPages implements HandlerInterceptor, WebMvcConfigurer {
    private static final Duration THEME_KEPT = Duration.ofDays(365);

    private final WhoAsks whoAsks;
    private final Inbox inbox;
    private final Pages pages;

    FrameAroundPages(WhoAsks whoAsks, Inbox inbox, Pages pages) {
        this.whoAsks = whoAsks;
        this.inbox = inbox;
        this.pages = pages;
    }

    @Override
    public void addInterceptors(InterceptorRegistry interceptors) {
        interceptors.addInterceptor(this);
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        Optional<Theme> chosen = request.getMethod().equals("GET")
                ? Theme.named(request.getParameter(Theme.PARAMETER))
                : Optional.empty();
        chosen.ifPresent(theme -> remember(theme, response));
        request.setAttribute(
                "frame",
                new Frame(
                        request,
                        () -> whoAsks.of(new ServletWebRequest(request)).orElse(null),
                        inbox::unread,
                        places(),
                        chosen.orElseGet(() -> Theme.of(request))));
        return true;
    }

    private static void remember(Theme theme, HttpServletResponse response) {
        response.addHeader(
                HttpHeaders.SET_COOKIE,
                ResponseCookie.from(Theme.COOKIE, theme.slug())
                        .path("/")
                        .maxAge(THEME_KEPT)
                        .sameSite("Lax")
                        .build()
                        .toString());
    }

    /** Those whose module brings a page for them. */
    private List<Place> places() {
        return Arrays.stream(Place.values())
                .filter(place -> pages.has(place.path()))
                .toList();
    }
}
