package org.aifactory.portal;

import java.util.Optional;
import org.aifactory.identity.Actor;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/** The first page: for visitors what this is, for everybody else what needs doing next. */
@Controller
class HomePage {

    @GetMapping("/")
    String show(Optional<Actor> actor) {
        return actor.isEmpty() ? "portal/welcome" : "portal/home";
    }

    @GetMapping("/docs")
    String documentation() {
        return "portal/docs";
    }
}
