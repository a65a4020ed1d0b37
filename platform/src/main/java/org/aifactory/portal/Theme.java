package org.aifactory.portal;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.WebUtils;

/** Light or dark: as the reader's system has it, or as they chose; the choice is kept in a cookie. */
enum Theme {
    SYSTEM,
    LIGHT,
    DARK;

    static final String PARAMETER = "theme";
    static final String COOKIE = "aifactory-theme";

    public String slug() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Theme> named(@Nullable String slug) {
        return Arrays.stream(values())
                .filter(theme -> theme.slug().equals(slug))
                .findFirst();
    }

    static Theme of(HttpServletRequest request) {
        Cookie cookie = WebUtils.getCookie(request, COOKIE);
        return cookie == null ? SYSTEM : named(cookie.getValue()).orElse(SYSTEM);
    }
}
