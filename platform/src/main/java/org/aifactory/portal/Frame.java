package org.aifactory.portal;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.aifactory.identity.Actor;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.support.RequestContextUtils;
import org.springframework.web.util.UriComponentsBuilder;

/** What stands around a page, for the template {@code frame.html}; asked only where a page is shown. */
final class Frame {
    private final HttpServletRequest request;
    private final Supplier<@Nullable Actor> whoAsks;
    private final ToIntFunction<Actor> unread;
    private final List<Place> places;
    private final Theme theme;

    Frame(
            HttpServletRequest request,
            Supplier<@Nullable Actor> whoAsks,
            ToIntFunction<Actor> unread,
            List<Place> places,
            Theme theme) {
        this.request = request;
        this.whoAsks = whoAsks;
        this.unread = unread;
        this.places = places;
        this.theme = theme;
    }

    /** Null where nobody is signed in. */
    public @Nullable Actor actor() {
        return whoAsks.get();
    }

    /** How many notices the person has not read. */
    public int unread() {
        Actor actor = actor();
        return actor == null ? 0 : unread.applyAsInt(actor);
    }

    public List<Place> places() {
        Actor actor = actor();
        return places.stream().filter(place -> place.isFor(actor)).toList();
    }

    public boolean isAt(Place place) {
        return place.holds(path(), actor());
    }

    public boolean isAt(String path) {
        return path().equals(path);
    }

    public Theme theme() {
        return theme;
    }

    public Theme[] themes() {
        return Theme.values();
    }

    public List<Locale> languages() {
        return org.aifactory.web.Languages.SPOKEN;
    }

    public boolean speaks(Locale language) {
        return RequestContextUtils.getLocale(request).getLanguage().equals(language.getLanguage());
    }

    /** This page's address with one parameter set. */
    public String with(String parameter, String value) {
        UriComponentsBuilder address = UriComponentsBuilder.fromPath(path());
        if (request.getMethod().equals("GET") && request.getQueryString() != null) {
            address.query(request.getQueryString());
        }
        return address.replaceQueryParam("lang")
                .replaceQueryParam(Theme.PARAMETER)
                .replaceQueryParam(parameter, value)
                .build()
                .toUriString();
    }

    /** As the reader's browser shows it, also where another path of ours makes the page. */
    private String path() {
        for (String original : List.of(RequestDispatcher.ERROR_REQUEST_URI, RequestDispatcher.FORWARD_REQUEST_URI)) {
            if (request.getAttribute(original) instanceof String path) {
                return path;
            }
        }
        return request.getRequestURI();
    }
}
