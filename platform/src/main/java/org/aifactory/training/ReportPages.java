package org.aifactory.training;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.aifactory.access.AllocationId;
import org.aifactory.identity.Actor;
import org.springframework.stereotype.Controller;
import org.springframework.ui.ModelMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

/** What runs came to, for people: some of them side by side, and the statement of an allocation. */
@Controller
class ReportPages {
    /** As many as colours and kinds of lines tell apart. */
    private static final int COMPARED = 6;

    private static final int LINES_ON_A_PAGE = 100;

    private final Runs runs;
    private final RunViews views;
    private final Charts charts;
    private final Statements statements;

    ReportPages(Runs runs, RunViews views, Charts charts, Statements statements) {
        this.runs = runs;
        this.views = views;
        this.charts = charts;
        this.statements = statements;
    }

    /** A run beside others. */
    record Compared(RunView run, Map<String, Number> latest) {}

    @GetMapping("/runs/compare")
    String compare(Actor actor, @RequestParam(defaultValue = "") List<UUID> run, ModelMap page, Locale locale) {
        List<Run> found = run.stream()
                .distinct()
                .limit(COMPARED)
                .map(id -> runs.find(actor, new RunId(id)))
                .toList();
        page.addAttribute(
                "runs",
                found.stream()
                        .map(each -> new Compared(views.view(each, locale), charts.latest(each)))
                        .toList());
        page.addAttribute("leftOut", run.stream().distinct().count() > COMPARED);
        page.addAttribute("chart", charts.of(found));
        return "training/compare";
    }

    @GetMapping("/allocations/{id}/statement")
    String statement(
            Actor actor,
            @PathVariable UUID id,
            @RequestParam(defaultValue = "" + Long.MAX_VALUE) long before,
            ModelMap page,
            Locale locale) {
        Statement statement = statements.of(actor, new AllocationId(id), before, LINES_ON_A_PAGE, locale);
        page.addAttribute("statement", statement);
        page.addAttribute("isLatest", before == Long.MAX_VALUE);
        return "training/statement";
    }
}
