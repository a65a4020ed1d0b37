package org.aifactory.data;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.database.Columns;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.PersonId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;

/** The tables of datasets, their versions and who uses these. */
final class DatasetTable {
    private static final String VERSIONS = """
            select version.*, dataset.name, dataset.organisation, dataset.licence, dataset.languages
              from data.version join data.dataset on dataset.id = version.dataset
            """;

    private final JdbcClient jdbc;

    DatasetTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void insert(Dataset dataset, PersonId person) {
        jdbc.sql("""
                insert into data.dataset (id, organisation, name, description, licence, languages, made_by, made_at)
                values (:id, :organisation, :name, :description, :licence, :languages, :person, :made)
                """)
                .param("id", dataset.id().value())
                .param("organisation", dataset.organisation().value())
                .param("name", dataset.name())
                .param("description", dataset.description())
                .param("licence", dataset.licence())
                .param(
                        "languages",
                        new SqlArrayValue("text", dataset.languages().toArray()))
                .param("person", person.value())
                .param("made", dataset.made().atOffset(ZoneOffset.UTC))
                .update();
    }

    void describe(Dataset dataset) {
        jdbc.sql("""
                update data.dataset set name = :name, description = :description, licence = :licence, languages = :languages
                 where id = :id
                """)
                .param("id", dataset.id().value())
                .param("name", dataset.name())
                .param("description", dataset.description())
                .param("licence", dataset.licence())
                .param(
                        "languages",
                        new SqlArrayValue("text", dataset.languages().toArray()))
                .update();
    }

    Optional<Dataset> find(DatasetId id) {
        return jdbc.sql("select * from data.dataset where id = :id")
                .param("id", id.value())
                .query((row, number) -> dataset(row))
                .optional();
    }

    List<Dataset> of(Collection<OrganisationId> organisations) {
        return jdbc.sql("select * from data.dataset where organisation = any(:organisations) order by made_at desc, id")
                .param("organisations", uuids(organisations))
                .query((row, number) -> dataset(row))
                .list();
    }

    /** Until the transaction ends, nobody else adds a version, uses one or removes the dataset; whether it is still there. */
    boolean lock(DatasetId id) {
        return jdbc.sql("select true from data.dataset where id = :id for update")
                .param("id", id.value())
                .query(Boolean.class)
                .optional()
                .isPresent();
    }

    void delete(DatasetId id) {
        for (String table : List.of("version_file where dataset", "version where dataset", "dataset where id")) {
            jdbc.sql("delete from data." + table + " = :id")
                    .param("id", id.value())
                    .update();
        }
    }

    void insert(DatasetVersion version, PersonId person) {
        jdbc.sql("""
                insert into data.version (dataset, content, number, files, bytes, texts, conversations, made_by, made_at)
                values (:dataset, :content, :number, :files, :bytes, :texts, :conversations, :person, :made)
                """)
                .param("dataset", version.id().dataset().value())
                .param("content", version.id().content().hex())
                .param("number", version.number())
                .param("files", version.files())
                .param("bytes", version.bytes())
                .param("texts", version.documents().texts())
                .param("conversations", version.documents().conversations())
                .param("person", person.value())
                .param("made", version.made().atOffset(ZoneOffset.UTC))
                .update();
    }

    void insert(VersionId version, List<ExaminedFile> files) {
        jdbc.sql("""
                insert into data.version_file (dataset, content, path, blob, bytes, remark, remark_words)
                select :dataset, :content, path, blob, bytes, remark, words::jsonb
                  from unnest(:paths, :blobs, :bytes, :remarks, :words) as file (path, blob, bytes, remark, words)
                """)
                .param("dataset", version.dataset().value())
                .param("content", version.content().hex())
                .param(
                        "paths",
                        column("text", files.stream().map(file -> file.file().path())))
                .param(
                        "blobs",
                        column(
                                "text",
                                files.stream()
                                        .map(file -> file.file().blob().sha256().hex())))
                .param(
                        "bytes",
                        column(
                                "bigint",
                                files.stream().map(file -> file.file().blob().bytes())))
                .param("remarks", column("text", files.stream().map(file -> Examinations.inEnglish(file.remark()))))
                .param("words", column("text", files.stream().map(file -> Examinations.toKeep(file.remark()))))
                .update();
    }

    int lastNumber(DatasetId dataset) {
        return jdbc.sql("select coalesce(max(number), 0) from data.version where dataset = :dataset")
                .param("dataset", dataset.value())
                .query(Integer.class)
                .single();
    }

    Optional<DatasetVersion> find(VersionId id) {
        return jdbc.sql(VERSIONS + "where version.dataset = :dataset and version.content = :content")
                .param("dataset", id.dataset().value())
                .param("content", id.content().hex())
                .query((row, number) -> version(row))
                .optional();
    }

    List<DatasetVersion> versions(DatasetId dataset) {
        return jdbc.sql(VERSIONS + "where version.dataset = :dataset order by version.number desc")
                .param("dataset", dataset.value())
                .query((row, number) -> version(row))
                .list();
    }

    List<DatasetVersion> versions(Collection<OrganisationId> organisations) {
        return jdbc.sql(
                        VERSIONS
                                + "where dataset.organisation = any(:organisations) order by version.made_at desc, version.number desc")
                .param("organisations", uuids(organisations))
                .query((row, number) -> version(row))
                .list();
    }

    List<ExaminedFile> files(VersionId id) {
        return files(id, "", Integer.MAX_VALUE);
    }

    /** Those whose paths come after one. */
    List<ExaminedFile> files(VersionId id, String after, int most) {
        return jdbc.sql("""
                select path, blob, bytes, remark, remark_words from data.version_file
                 where dataset = :dataset and content = :content and path > :after order by path limit :most
                """)
                .param("dataset", id.dataset().value())
                .param("content", id.content().hex())
                .param("after", after)
                .param("most", most)
                .query((row, number) -> file(row))
                .list();
    }

    /** Those of which there is something to say. */
    List<ExaminedFile> remarked(VersionId id) {
        return jdbc.sql("""
                select path, blob, bytes, remark, remark_words from data.version_file
                 where dataset = :dataset and content = :content and remark <> '' order by path
                """)
                .param("dataset", id.dataset().value())
                .param("content", id.content().hex())
                .query((row, number) -> file(row))
                .list();
    }

    Optional<ExaminedFile> file(VersionId id, String path) {
        return jdbc.sql("""
                select path, blob, bytes, remark, remark_words from data.version_file
                 where dataset = :dataset and content = :content and path = :path
                """)
                .param("dataset", id.dataset().value())
                .param("content", id.content().hex())
                .param("path", path)
                .query((row, number) -> file(row))
                .optional();
    }

    /** Whether there is such a version to be used. */
    boolean use(VersionId id, String user) {
        return jdbc.sql("""
                insert into data.version_use (dataset, content, used_by)
                select version.dataset, version.content, :user
                  from data.version join data.dataset on dataset.id = version.dataset
                 where version.dataset = :dataset and version.content = :content
                   for key share of dataset
                on conflict (used_by, dataset, content) do update set used_by = excluded.used_by
                """)
                        .param("dataset", id.dataset().value())
                        .param("content", id.content().hex())
                        .param("user", user)
                        .update()
                == 1;
    }

    void free(String user) {
        jdbc.sql("delete from data.version_use where used_by = :user")
                .param("user", user)
                .update();
    }

    List<String> users(DatasetId dataset) {
        return jdbc.sql("select distinct used_by from data.version_use where dataset = :dataset order by used_by")
                .param("dataset", dataset.value())
                .query((row, number) -> row.getString("used_by"))
                .list();
    }

    private static SqlArrayValue column(String type, java.util.stream.Stream<?> values) {
        return new SqlArrayValue(type, values.toArray());
    }

    private static SqlArrayValue uuids(Collection<OrganisationId> organisations) {
        return column("uuid", organisations.stream().map(OrganisationId::value));
    }

    private static Dataset dataset(ResultSet row) throws SQLException {
        return new Dataset(
                new DatasetId(row.getObject("id", UUID.class)),
                new OrganisationId(row.getObject("organisation", UUID.class)),
                row.getString("name"),
                row.getString("description"),
                row.getString("licence"),
                texts(row.getArray("languages")),
                Columns.instant(row, "made_at"));
    }

    private static DatasetVersion version(ResultSet row) throws SQLException {
        return new DatasetVersion(
                new VersionId(
                        new DatasetId(row.getObject("dataset", UUID.class)), new Sha256(row.getString("content"))),
                row.getInt("number"),
                row.getString("name"),
                new OrganisationId(row.getObject("organisation", UUID.class)),
                row.getString("licence"),
                texts(row.getArray("languages")),
                Columns.instant(row, "made_at"),
                row.getInt("files"),
                row.getLong("bytes"),
                new Documents(row.getLong("texts"), row.getLong("conversations")));
    }

    private static ExaminedFile file(ResultSet row) throws SQLException {
        return new ExaminedFile(
                new DatasetFile(
                        row.getString("path"), new Blob(new Sha256(row.getString("blob")), row.getLong("bytes"))),
                Examinations.kept(row.getString("remark"), row.getString("remark_words")));
    }

    private static List<String> texts(Array array) throws SQLException {
        return List.of((String[]) array.getArray());
    }
}
