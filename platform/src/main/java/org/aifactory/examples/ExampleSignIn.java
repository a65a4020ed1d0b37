package org.aifactory.examples;

import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import org.aifactory.identity.ApiTokens;
import org.aifactory.identity.ApiTokens.NewApiToken;
import org.aifactory.identity.PersonId;
import org.aifactory.identity.SessionSignIn;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseBody;

/** The links that sign in as an example person. */
@Controller
class ExampleSignIn {
    private static final Duration TOKEN_LASTS = Duration.ofDays(30);

    private final ExampleData data;
    private final SessionSignIn sessions;
    private final ApiTokens tokens;

    ExampleSignIn(ExampleData data, SessionSignIn sessions, ApiTokens tokens) {
        this.data = data;
        this.sessions = sessions;
        this.tokens = tokens;
    }

    @GetMapping("/example-people/{code}")
    String signIn(@PathVariable String code, HttpServletRequest request, HttpServletResponse response) {
        sessions.signIn(behind(code, request), request, response);
        return "redirect:/";
    }

    /** For {@code aifactory quickstart}, which is an example person without a browser. */
    @Operation(summary = "A token to act as an example person, by the code in their link; on this computer alone")
    @PostMapping("/api/example-people/{code}/token")
    @ResponseBody
    NewApiToken token(@PathVariable String code, HttpServletRequest request) {
        return tokens.make(behind(code, request), "example", TOKEN_LASTS);
    }

    private PersonId behind(String code, HttpServletRequest request) {
        if (!ThisComputer.asks(request)) {
            throw Problem.of(ProblemType.NOT_ALLOWED, "identity.refused.example-elsewhere");
        }
        return data.behind(code).orElseThrow(() -> Problem.of(ProblemType.NOT_FOUND, "identity.refused.example-link"));
    }
}
