package org.aifactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A person's browser without a screen: it keeps cookies, follows redirects one by one, and fills in forms with what hides in them. */
public final class Browser {
    private static final Pattern CSRF = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");
    private static final int MOST_REDIRECTS = 10;

    private final CookieManager cookies = new CookieManager(null, CookiePolicy.ACCEPT_ALL);
    private final HttpClient http =
            HttpClient.newBuilder().cookieHandler(cookies).build();
    private URI place;
    private String page = "";

    public Browser(String start) {
        place = URI.create(start);
    }

    /** What the address leads to. */
    public Page open(String address) {
        return follow(request(address).GET());
    }

    /** Sends a form that stands on the page that is open. */
    public Page submit(String address, Map<String, String> fields) {
        Map<String, String> all = new HashMap<>(fields);
        Matcher hidden = CSRF.matcher(page);
        if (hidden.find()) {
            all.put("_csrf", hidden.group(1));
        }
        return send(address, all);
    }

    /** Sends a form as another site would: without knowing what hides in ours. */
    public Page send(String address, Map<String, String> fields) {
        String body = fields.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
        return follow(request(address)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body)));
    }

    /** Deletes what a script of the page that is open would; the answer's status. */
    public int delete(String address) {
        Matcher hidden = CSRF.matcher(page);
        HttpRequest.Builder request = request(address).DELETE();
        if (hidden.find()) {
            request.header("X-CSRF-TOKEN", hidden.group(1));
        }
        return answer(request.build()).statusCode();
    }

    /** Deletes with the cookies and a header {@code Authorization} of whatever kind; the answer's status. */
    public int delete(String address, String authorization) {
        return answer(request(address)
                        .header("Authorization", authorization)
                        .DELETE()
                        .build())
                .statusCode();
    }

    public void forget(String cookie) {
        List<HttpCookie> kept = cookies.getCookieStore().getCookies().stream()
                .filter(known -> known.getName().equals(cookie))
                .toList();
        kept.forEach(known -> cookies.getCookieStore().remove(null, known));
    }

    private HttpRequest.Builder request(String address) {
        place = place.resolve(address);
        return HttpRequest.newBuilder(place).header("Accept", "text/html,*/*;q=0.8");
    }

    private Page follow(HttpRequest.Builder first) {
        HttpRequest.Builder request = first;
        for (int hop = 0; hop < MOST_REDIRECTS; hop++) {
            HttpResponse<String> answer = answer(request.build());
            place = answer.uri();
            if (answer.statusCode() / 100 != 3) {
                page = answer.body();
                return new Page(answer.statusCode(), place, page);
            }
            request = request(answer.headers().firstValue("Location").orElseThrow())
                    .GET();
        }
        throw new AssertionError("Led in a circle to " + place);
    }

    /** Where the browser ended, and what it shows. */
    public record Page(int status, URI address, String text) {

        /** Path and query. */
        public String local() {
            return address.getRawQuery() == null
                    ? address.getRawPath()
                    : address.getRawPath() + "?" + address.getRawQuery();
        }
    }

    private HttpResponse<String> answer(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    private static String encoded(String word) {
        return URLEncoder.encode(word, StandardCharsets.UTF_8);
    }
}
