package org.aifactory.notices;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.identity.Organisations;
import org.aifactory.identity.Organisations.Organisation;
import org.aifactory.identity.People;
import org.aifactory.identity.PersonId;
import org.aifactory.identity.PersonInvited;
import org.aifactory.identity.PersonLeft;
import org.aifactory.notices.Word.Moment;
import org.aifactory.notices.Word.Text;
import org.springframework.context.event.EventListener;
import org.springframework.modulith.events.ApplicationModuleListener;
import org.springframework.stereotype.Component;

/** Writes to the invited, and forgets those who leave. */
@Component
class PeopleNotices {
    private final Notifier notifier;
    private final NoticeTable notices;
    private final Preferences preferences;
    private final People people;
    private final Organisations organisations;

    PeopleNotices(
            Notifier notifier,
            NoticeTable notices,
            Preferences preferences,
            People people,
            Organisations organisations) {
        this.notifier = notifier;
        this.notices = notices;
        this.preferences = preferences;
        this.people = people;
        this.organisations = organisations;
    }

    /**
     * The link goes to the address alone. Whoever has an account with it is told here as well, without the link: that they read mail
     * there is not known.
     */
    @ApplicationModuleListener(id = "notices.person-invited")
    void on(PersonInvited invited) {
        String organisation = organisations
                .find(invited.organisation())
                .map(Organisation::name)
                .orElse("");
        Map<PersonId, String> names = people.names(List.of(invited.by()));
        List<Word> words = List.of(
                new Text(organisation),
                new Text(names.getOrDefault(invited.by(), organisation)),
                new Text(invited.email()),
                new Moment(invited.expires()));
        Optional<PersonId> known = people.withEmail(invited.email());
        Locale language = preferences.language(known.orElse(invited.by()));
        String event = "invitation " + invited.invitation();
        notifier.write(
                UUID.nameUUIDFromBytes(event.getBytes(StandardCharsets.UTF_8)),
                new Letter(
                        invited.email(),
                        language,
                        Kind.INVITATION,
                        "invited-by-mail",
                        words,
                        "/invitations/" + invited.code()),
                invited.organisation());
        known.ifPresent(
                person -> notifier.tellHere(person, new Telling(event, null, Kind.INVITATION, "invited", words, "/")));
    }

    /** In the transaction that ends the account. */
    @EventListener
    void on(PersonLeft left) {
        notices.forget(left.person(), left.email());
        preferences.forget(left.person());
    }
}
