package org.aifactory.notices;

import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.aifactory.identity.Actor;
import org.aifactory.web.Said;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** What a person was told, and of what they are sent mail. */
@Controller
class NoticePages {
    private static final int SHOWN = 30;

    private final Inbox inbox;
    private final Preferences preferences;
    private final MailSwitch mail;
    private final Wording words;

    NoticePages(Inbox inbox, Preferences preferences, MailSwitch mail, Wording words) {
        this.inbox = inbox;
        this.preferences = preferences;
        this.mail = mail;
        this.words = words;
    }

    /** A notice as it is read. */
    record Line(UUID id, Kind kind, String title, String text, Instant at, boolean isRead) {}

    @GetMapping("/notices")
    String show(Actor actor, @RequestParam(required = false) @Nullable UUID before, Locale locale, Model model) {
        // One more than is shown tells whether there are others.
        List<Notice> found = inbox.of(actor, false, before, SHOWN + 1);
        List<Line> lines =
                found.stream().limit(SHOWN).map(notice -> line(notice, locale)).toList();
        model.addAttribute("lines", lines);
        model.addAttribute("isFirst", before == null);
        model.addAttribute("unread", inbox.unread(actor));
        model.addAttribute(
                "next",
                found.size() > SHOWN ? "/notices?before=" + lines.getLast().id() : null);
        model.addAttribute("isMailed", mail.isOn());
        model.addAttribute("address", actor.email());
        model.addAttribute("kinds", kinds(actor));
        return "notices/inbox";
    }

    private Line line(Notice notice, Locale locale) {
        return new Line(
                notice.id(),
                notice.kind(),
                words.title(notice.key(), notice.words(), locale),
                words.text(notice.key(), notice.words(), locale),
                notice.at(),
                notice.isRead());
    }

    /** Each kind, and whether it is mailed. An invitation goes to an address, whoever has it. */
    private Map<Kind, Boolean> kinds(Actor actor) {
        Set<Kind> muted = preferences.muted(actor.person());
        Map<Kind, Boolean> kinds = new LinkedHashMap<>();
        Arrays.stream(Kind.values())
                .filter(kind -> kind != Kind.INVITATION)
                .forEach(kind -> kinds.put(kind, !muted.contains(kind)));
        return kinds;
    }

    /** Whoever goes to the page that a notice is about has read it. */
    @GetMapping("/notices/{notice}")
    String open(Actor actor, @PathVariable UUID notice) {
        return "redirect:" + inbox.read(actor, notice).path();
    }

    @PostMapping("/notices/read")
    String readAll(Actor actor) {
        inbox.readAll(actor);
        return "redirect:/notices";
    }

    @PostMapping("/notices/mail")
    String setMail(
            Actor actor, @RequestParam(required = false) @Nullable Set<Kind> mailed, RedirectAttributes redirect) {
        Set<Kind> muted = EnumSet.allOf(Kind.class);
        muted.remove(Kind.INVITATION);
        if (mailed != null) {
            muted.removeAll(mailed);
        }
        preferences.mute(actor.person(), muted);
        Said.good(redirect, "notices.mail.saved");
        return "redirect:/notices";
    }
}
