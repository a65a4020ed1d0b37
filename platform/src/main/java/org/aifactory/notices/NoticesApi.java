package org.aifactory.notices;

import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.aifactory.identity.Actor;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** A person's notices over HTTP. */
@RestController
class NoticesApi {
    private final Inbox inbox;
    private final Preferences preferences;
    private final MailSwitch mail;
    private final Wording words;

    NoticesApi(Inbox inbox, Preferences preferences, MailSwitch mail, Wording words) {
        this.inbox = inbox;
        this.preferences = preferences;
        this.mail = mail;
        this.words = words;
    }

    /**
     * A notice in the language of whoever asks.
     *
     * @param path of the page that it is about
     */
    record NoticeView(UUID id, Kind kind, String title, String text, String path, Instant at, boolean read) {}

    private NoticeView view(Notice notice, Locale locale) {
        return new NoticeView(
                notice.id(),
                notice.kind(),
                words.title(notice.key(), notice.words(), locale),
                words.text(notice.key(), notice.words(), locale),
                notice.path(),
                notice.at(),
                notice.isRead());
    }

    /** @param before the id of the last one seen, to read on */
    @Operation(summary = "What you were told, the newest first: decisions, what runs out, how runs ended")
    @GetMapping("/api/notices")
    List<NoticeView> notices(
            Actor actor,
            @RequestParam(defaultValue = "false") boolean unread,
            @RequestParam(required = false) @Nullable UUID before,
            @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int most,
            Locale locale) {
        return inbox.of(actor, unread, before, most).stream()
                .map(notice -> view(notice, locale))
                .toList();
    }

    @Operation(summary = "Mark a notice as read")
    @PostMapping("/api/notices/{notice}/read")
    NoticeView read(Actor actor, @PathVariable UUID notice, Locale locale) {
        return view(inbox.read(actor, notice), locale);
    }

    /** @param marked how many were not read before */
    record Marked(int marked) {}

    @Operation(summary = "Mark all your notices as read")
    @PostMapping("/api/notices/read")
    Marked readAll(Actor actor) {
        return new Marked(inbox.readAll(actor));
    }

    /**
     * What a person is mailed.
     *
     * @param sent whether this platform sends mail at all
     * @param language in which it is written
     * @param muted kinds of notices that are not mailed
     */
    record MailView(boolean sent, String language, Set<Kind> muted) {}

    @Operation(summary = "Of what you are sent mail, and in which language")
    @GetMapping("/api/notices/mail")
    MailView mail(Actor actor) {
        return new MailView(
                mail.isOn(), preferences.language(actor.person()).getLanguage(), preferences.muted(actor.person()));
    }

    record NewMail(
            @NotNull @Pattern(regexp = "en|ko") String language,
            @NotNull @Size(max = 20) Set<@NotNull Kind> muted) {}

    @Operation(summary = "Say of what you want no mail, and in which language you want the rest")
    @PutMapping("/api/notices/mail")
    @Transactional
    MailView setMail(Actor actor, @Valid @RequestBody NewMail wish) {
        preferences.speak(actor.person(), Locale.of(wish.language()));
        preferences.mute(actor.person(), wish.muted());
        return mail(actor);
    }
}
