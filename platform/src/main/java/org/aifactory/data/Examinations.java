package org.aifactory.data;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.aifactory.data.Examiner.Examination;
import org.aifactory.data.Examiner.Form;
import org.aifactory.web.Message;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What stored files hold. A file is read once for each form; the answer stays true. */
@Component
class Examinations {
    /** A line of 64 MiB takes some hundreds of megabytes of memory while it is read. */
    private static final int AT_ONCE = 2;

    private final Semaphore turns = new Semaphore(AT_ONCE);
    private final JdbcClient jdbc;
    private final BlobStore blobs;

    Examinations(JdbcClient jdbc, BlobStore blobs) {
        this.jdbc = jdbc;
        this.blobs = blobs;
    }

    Examination of(DatasetFile file) {
        Optional<Form> form = Form.of(file.path());
        return form.isEmpty()
                ? new Examination(Documents.NONE, Optional.empty(), Optional.empty())
                : find(file.blob().sha256(), form.get())
                        .orElseGet(() -> examine(file.blob().sha256(), form.get()));
    }

    private Optional<Examination> find(Sha256 blob, Form form) {
        return jdbc.sql("select * from data.examination where blob = :blob and form = :form")
                .param("blob", blob.hex())
                .param("form", form.name())
                .query((row, number) -> new Examination(
                        new Documents(row.getLong("texts"), row.getLong("conversations")),
                        kept(row.getString("remark"), row.getString("remark_words")),
                        kept(row.getString("fault"), row.getString("fault_words"))))
                .optional();
    }

    private Examination examine(Sha256 blob, Form form) {
        Examination examination = read(blob, form);
        jdbc.sql("""
                insert into data.examination (blob, form, texts, conversations, remark, remark_words, fault, fault_words)
                values (:blob, :form, :texts, :conversations, :remark, :remarkWords::jsonb, :fault, :faultWords::jsonb)
                on conflict do nothing
                """)
                .param("blob", blob.hex())
                .param("form", form.name())
                .param("texts", examination.documents().texts())
                .param("conversations", examination.documents().conversations())
                .param("remark", inEnglish(examination.remark()))
                .param("remarkWords", toKeep(examination.remark()), java.sql.Types.VARCHAR)
                .param("fault", inEnglish(examination.fault()))
                .param("faultWords", toKeep(examination.fault()), java.sql.Types.VARCHAR)
                .update();
        return examination;
    }

    /** Empty where there is nothing to say. */
    static Optional<Message> kept(String sentence, @Nullable String words) {
        return sentence.isEmpty() ? Optional.empty() : Optional.of(Message.kept(sentence, words));
    }

    static String inEnglish(Optional<Message> message) {
        return message.map(Message::inEnglish).orElse("");
    }

    static @Nullable String toKeep(Optional<Message> message) {
        return message.isEmpty() ? null : message.get().toKeep();
    }

    private Examination read(Sha256 blob, Form form) {
        turns.acquireUninterruptibly();
        try (InputStream in = blobs.openVerified(blob)) {
            return Examiner.examine(in, form);
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        } finally {
            turns.release();
        }
    }
}
