package org.aifactory.federation;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.aifactory.ledger.Entry;
import org.aifactory.ledger.EntryId;
import org.aifactory.web.Message;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Why the platform itself made an entry, for statements in the reader's language. The ledger keeps the English sentence, and knows nobody's
 * language.
 */
@Component
public class EntryWords {
    private final JdbcClient jdbc;

    EntryWords(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Joins the transaction in which the entry is posted. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void keep(EntryId entry, Message words) {
        jdbc.sql("""
                insert into federation.entry_words (entry, words) values (:entry, :words::jsonb) on conflict do nothing
                """)
                .param("entry", entry.value())
                .param("words", words.toKeep())
                .update();
    }

    /** Of each of these entries, in the words of whoever made it. */
    public Map<EntryId, Message> of(Collection<Entry> entries) {
        Map<EntryId, Message> words = new HashMap<>();
        entries.forEach(entry -> words.put(entry.id(), Message.written(entry.reason())));
        if (!entries.isEmpty()) {
            jdbc.sql("select entry, words from federation.entry_words where entry in (:entries)")
                    .param(
                            "entries",
                            entries.stream().map(entry -> entry.id().value()).toList())
                    .query(row -> {
                        words.put(
                                new EntryId(row.getObject("entry", UUID.class)),
                                Message.kept("", row.getString("words")));
                    });
        }
        return words;
    }
}
