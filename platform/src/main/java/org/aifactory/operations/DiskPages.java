package org.aifactory.operations;

import java.util.Locale;
import org.aifactory.identity.Actor;
import org.aifactory.operations.DiskUse.Report;
import org.aifactory.web.Problem;
import org.aifactory.web.Said;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** What takes how much of the disk, what of it goes by itself, and the button that lets it go at once. */
@Controller
class DiskPages {
    private static final String PAGE = "/administration/disk";

    private final DiskUse disk;
    private final CleanUps cleanUps;

    DiskPages(DiskUse disk, CleanUps cleanUps) {
        this.disk = disk;
        this.cleanUps = cleanUps;
    }

    @GetMapping(PAGE)
    String show(Actor actor, Locale locale, Model model) {
        CleanUps.requireAdministrator(actor);
        Report report = disk.report();
        model.addAttribute("report", report);
        model.addAttribute(
                "largest",
                report.folders().stream().mapToLong(DiskUse.Folder::bytes).max().orElse(0));
        model.addAttribute("rules", cleanUps.rules(locale));
        return "operations/disk";
    }

    @PostMapping(PAGE)
    String cleanUp(Actor actor, Locale locale, RedirectAttributes redirect) {
        try {
            CleanUps.Result result = cleanUps.cleanUp(actor);
            Said.good(
                    redirect,
                    "operations.cleaned",
                    Long.toString(result.things()),
                    Long.toString(result.bytes() / 1_000_000));
        } catch (Problem refused) {
            Said.refused(redirect, refused);
        }
        return "redirect:" + PAGE;
    }
}
