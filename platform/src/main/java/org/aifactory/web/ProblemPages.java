package org.aifactory.web;

import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** The pages that the type of a problem leads to: what it means and what to do. */
@Controller
class ProblemPages {

    @GetMapping("/docs/problems")
    String all(Model model) {
        model.addAttribute("types", ProblemType.values());
        return "web/problems";
    }

    @GetMapping("/docs/problems/{slug}")
    String one(@PathVariable String slug, Model model) {
        model.addAttribute(
                "type", ProblemType.named(slug).orElseThrow(() -> Problem.notFound("kind of problem", slug)));
        return "web/problem-type";
    }
}
