package org.aifactory.notices;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.aifactory.identity.PersonId;
import org.aifactory.web.Languages;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** In which language people read, and of what they want mail. */
@Component
class Preferences {
    private final JdbcClient jdbc;

    Preferences(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** English where nothing is known. */
    Locale language(PersonId person) {
        return jdbc.sql("select language from notices.preference where person = :person")
                .param("person", person.value())
                .query(String.class)
                .optional()
                .map(Locale::of)
                .filter(Languages.SPOKEN::contains)
                .orElse(Locale.ENGLISH);
    }

    void speak(PersonId person, Locale language) {
        jdbc.sql("""
                insert into notices.preference (person, language)
                select id, :language from identity.person where id = :person and left_at is null for share
                on conflict (person) do update set language = excluded.language where preference.language <> excluded.language
                """)
                .param("person", person.value())
                .param("language", language.getLanguage())
                .update();
    }

    /** Kinds of which the person wants no mail. */
    Set<Kind> muted(PersonId person) {
        EnumSet<Kind> muted = EnumSet.noneOf(Kind.class);
        jdbc.sql("select kind from notices.muted where person = :person")
                .param("person", person.value())
                .query(String.class)
                .list()
                .forEach(kind -> muted.add(Kind.valueOf(kind)));
        return muted;
    }

    @Transactional
    void mute(PersonId person, Collection<Kind> kinds) {
        jdbc.sql("delete from notices.muted where person = :person")
                .param("person", person.value())
                .update();
        for (Kind kind : Set.copyOf(kinds)) {
            jdbc.sql("""
                    insert into notices.muted (person, kind)
                    select id, :kind from identity.person where id = :person and left_at is null for share
                    on conflict do nothing
                    """)
                    .param("person", person.value())
                    .param("kind", kind.name())
                    .update();
        }
    }

    void forget(PersonId person) {
        for (String table : new String[] {"preference", "muted"}) {
            jdbc.sql("delete from notices." + table + " where person = :person")
                    .param("person", person.value())
                    .update();
        }
    }
}
