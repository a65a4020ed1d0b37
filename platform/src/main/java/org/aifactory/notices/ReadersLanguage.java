package org.aifactory.notices;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.util.Locale;
import org.aifactory.identity.WhoAsks;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.support.RequestContextUtils;

/** Remembers in which language people read the pages, so that their mail is in the same one. */
@Configuration
class ReadersLanguage implements HandlerInterceptor, WebMvcConfigurer {
    /** In the session, so that it is written down only when it changes. */
    private static final String REMEMBERED = "notices.language";

    private final WhoAsks whoAsks;
    private final Preferences preferences;

    ReadersLanguage(WhoAsks whoAsks, Preferences preferences) {
        this.whoAsks = whoAsks;
        this.preferences = preferences;
    }

    @Override
    public void addInterceptors(InterceptorRegistry interceptors) {
        interceptors.addInterceptor(this);
    }

    @Override
    public void postHandle(
            HttpServletRequest request, HttpServletResponse response, Object handler, @Nullable ModelAndView page) {
        HttpSession session = request.getSession(false);
        if (page == null || session == null) {
            return;
        }
        Locale language = RequestContextUtils.getLocale(request);
        if (language.getLanguage().equals(session.getAttribute(REMEMBERED))) {
            return;
        }
        whoAsks.of(new ServletWebRequest(request)).ifPresent(actor -> {
            preferences.speak(actor.person(), language);
            session.setAttribute(REMEMBERED, language.getLanguage());
        });
    }
}
