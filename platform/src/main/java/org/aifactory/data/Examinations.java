package org.aifactory.data;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.aifactory.data.Examiner.Examination;
import org.aifactory.data.Examiner.Form;
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
                ? new Examination(Documents.NONE, "", "")
                : find(file.blob().sha256(), form.get())
                        .orElseGet(() -> examine(file.blob().sha256(), form.get()));
    }

    private Optional<Examination> find(Sha256 blob, Form form) {
        return jdbc.sql("select * from data.examination where blob = :blob and form = :form")
                .param("blob", blob.hex())
                .param("form", form.name())
                .query((row, number) -> new Examination(
                        new Documents(row.getLong("texts"), row.getLong("conversations")),
                        row.getString("remark"),
                        row.getString("fault")))
                .optional();
    }

    private Examination examine(Sha256 blob, Form form) {
        Examination examination = read(blob, form);
        jdbc.sql("""
                insert into data.examination (blob, form, texts, conversations, remark, fault)
                values (:blob, :form, :texts, :conversations, :remark, :fault)
                on conflict do nothing
                """)
                .param("blob", blob.hex())
                .param("form", form.name())
                .param("texts", examination.documents().texts())
                .param("conversations", examination.documents().conversations())
                .param("remark", examination.remark())
                .param("fault", examination.fault())
                .update();
        return examination;
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
