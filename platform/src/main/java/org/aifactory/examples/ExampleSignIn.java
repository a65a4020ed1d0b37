package org.aifactory.examples;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.aifactory.identity.PersonId;
import org.aifactory.identity.SessionSignIn;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** The links that sign in as an example person. */
@Controller
class ExampleSignIn {
    private final ExampleData data;
    private final SessionSignIn sessions;

    ExampleSignIn(ExampleData data, SessionSignIn sessions) {
        this.data = data;
        this.sessions = sessions;
    }

    @GetMapping("/example-people/{code}")
    String signIn(@PathVariable String code, HttpServletRequest request, HttpServletResponse response) {
        if (!ThisComputer.asks(request)) {
            throw Problem.of(
                    ProblemType.NOT_ALLOWED,
                    "Example people sign in on the computer itself that the platform runs on, at 127.0.0.1 and without a proxy.");
        }
        PersonId person = data.behind(code)
                .orElseThrow(
                        () -> Problem.of(
                                ProblemType.NOT_FOUND,
                                "This link is of an earlier start; the platform prints new ones each time it is started with example data."));
        sessions.signIn(person, request, response);
        return "redirect:/";
    }
}
