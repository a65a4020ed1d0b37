package org.aifactory.models;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.aifactory.data.Blob;
import org.aifactory.data.Sha256;
import org.aifactory.database.Columns;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.PersonId;
import org.aifactory.training.RunId;
import org.aifactory.web.Message;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The rows of models, their files, cards and registrations. */
final class ModelTable {
    private final JdbcClient jdbc;
    private final JsonMapper json;

    ModelTable(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** A card as it read after a change. */
    record Card(int version, Instant made, String markdown) {}

    /** @param model empty where there is none, and then {@code reason} says why */
    record Registration(RunId run, Optional<ModelId> model, Optional<Message> reason) {}

    void insert(Model model, Sha256 content, Facts facts) {
        jdbc.sql("""
                insert into models.model (id, organisation, run, maker, slug, name, licence, visibility, registered_at, parameters, bytes,
                                          is_foreign, content, facts)
                values (:id, :organisation, :run, :maker, :slug, :name, :licence, :visibility, :registered, :parameters, :bytes,
                        :foreign, :content, :facts::jsonb)
                """)
                .param("id", model.id().value())
                .param("organisation", model.organisation().value())
                .param("run", model.run().value())
                .param("maker", model.maker().value())
                .param("slug", model.slug())
                .param("name", model.name())
                .param("licence", model.licence())
                .param("visibility", model.visibility().name())
                .param("registered", model.registered().atOffset(ZoneOffset.UTC))
                .param("parameters", model.parameters())
                .param("bytes", model.bytes())
                .param("foreign", model.foreign())
                .param("content", content.hex())
                .param("facts", json.writeValueAsString(facts))
                .update();
    }

    void insert(ModelId model, Collection<ModelFile> files) {
        List<ModelFile> all = List.copyOf(files);
        jdbc.sql("""
                insert into models.file (model, path, blob, bytes)
                select :model, path, blob, bytes from unnest(:paths, :blobs, :bytes) as each (path, blob, bytes)
                """)
                .param("model", model.value())
                .param(
                        "paths",
                        new SqlArrayValue(
                                "text", all.stream().map(ModelFile::path).toArray()))
                .param(
                        "blobs",
                        new SqlArrayValue(
                                "text",
                                all.stream()
                                        .map(file -> file.blob().sha256().hex())
                                        .toArray()))
                .param(
                        "bytes",
                        new SqlArrayValue(
                                "bigint",
                                all.stream().map(file -> file.blob().bytes()).toArray()))
                .update();
    }

    Optional<Model> find(ModelId id) {
        return jdbc.sql("select * from models.model where id = :id")
                .param("id", id.value())
                .query((row, number) -> model(row))
                .optional();
    }

    Optional<Model> named(String slug) {
        return jdbc.sql("select * from models.model where slug = :slug")
                .param("slug", slug)
                .query((row, number) -> model(row))
                .optional();
    }

    /** Until the transaction ends nobody removes it or takes it into use. */
    Optional<Model> lock(ModelId id) {
        return jdbc.sql("select * from models.model where id = :id for update")
                .param("id", id.value())
                .query((row, number) -> model(row))
                .optional();
    }

    /** Those of the organisations and those that are for everybody, the newest first. */
    List<Model> of(Collection<OrganisationId> organisations) {
        return jdbc.sql("""
                select * from models.model where organisation = any(:organisations) or visibility = 'PUBLIC'
                 order by registered_at desc, id
                """)
                .param(
                        "organisations",
                        new SqlArrayValue(
                                "uuid",
                                organisations.stream()
                                        .map(OrganisationId::value)
                                        .toArray()))
                .query((row, number) -> model(row))
                .list();
    }

    /** Those of an organisation alone, the newest first. */
    List<Model> owned(OrganisationId organisation) {
        return jdbc.sql("select * from models.model where organisation = :organisation order by registered_at desc, id")
                .param("organisation", organisation.value())
                .query((row, number) -> model(row))
                .list();
    }

    /** As they were written down, by whatever version. */
    JsonNode writtenFacts(ModelId id) {
        return json.readTree(jdbc.sql("select facts from models.model where id = :id")
                .param("id", id.value())
                .query(String.class)
                .single());
    }

    Facts facts(ModelId id) {
        return json.readValue(
                jdbc.sql("select facts from models.model where id = :id")
                        .param("id", id.value())
                        .query(String.class)
                        .single(),
                Facts.class);
    }

    Words words(ModelId id) {
        return jdbc.sql("select description, intended_use, limits, risks, contact from models.model where id = :id")
                .param("id", id.value())
                .query((row, number) -> new Words(
                        row.getString("description"),
                        row.getString("intended_use"),
                        row.getString("limits"),
                        row.getString("risks"),
                        row.getString("contact")))
                .single();
    }

    Sha256 content(ModelId id) {
        return new Sha256(jdbc.sql("select content from models.model where id = :id")
                .param("id", id.value())
                .query(String.class)
                .single());
    }

    /** In the order of their names. */
    List<ModelFile> files(ModelId id) {
        return jdbc.sql("select path, blob, bytes from models.file where model = :id order by path")
                .param("id", id.value())
                .query((row, number) -> new ModelFile(
                        row.getString("path"), new Blob(new Sha256(row.getString("blob")), row.getLong("bytes"))))
                .list();
    }

    void describe(ModelId id, String name, String licence, Visibility visibility, Words words) {
        jdbc.sql("""
                update models.model
                   set name = :name, licence = :licence, visibility = :visibility, description = :description,
                       intended_use = :use, limits = :limits, risks = :risks, contact = :contact
                 where id = :id
                """)
                .param("name", name)
                .param("licence", licence)
                .param("visibility", visibility.name())
                .param("description", words.description())
                .param("use", words.intendedUse())
                .param("limits", words.limits())
                .param("risks", words.risks())
                .param("contact", words.contact())
                .param("id", id.value())
                .update();
    }

    /** @param version of the card; 0 for the latest */
    Optional<Card> card(ModelId id, int version) {
        return jdbc.sql("""
                select version, made_at, markdown from models.card
                 where model = :id and (version = :version or :version = 0) order by version desc limit 1
                """)
                .param("id", id.value())
                .param("version", version)
                .query((row, number) ->
                        new Card(row.getInt("version"), Columns.instant(row, "made_at"), row.getString("markdown")))
                .optional();
    }

    void addCard(ModelId id, @Nullable PersonId by, Instant at, String markdown) {
        jdbc.sql("""
                insert into models.card (model, version, made_at, made_by, markdown)
                select :id, coalesce(max(version), 0) + 1, :at, :by, :markdown from models.card where model = :id
                """)
                .param("id", id.value())
                .param("at", at.atOffset(ZoneOffset.UTC))
                .param("by", by == null ? null : by.value(), java.sql.Types.OTHER)
                .param("markdown", markdown)
                .update();
    }

    void delete(ModelId id) {
        for (String table : List.of("card", "file")) {
            jdbc.sql("delete from models." + table + " where model = :id")
                    .param("id", id.value())
                    .update();
        }
        jdbc.sql("delete from models.model where id = :id")
                .param("id", id.value())
                .update();
    }

    Optional<Registration> registration(RunId run) {
        return jdbc.sql("select run, model, reason, reason_words from models.registration where run = :run")
                .param("run", run.value())
                .query((row, number) -> new Registration(
                        new RunId(row.getObject("run", UUID.class)),
                        Columns.optionalUuid(row, "model").map(ModelId::new),
                        Optional.of(Message.kept(row.getString("reason"), row.getString("reason_words")))
                                .filter(reason -> !reason.inEnglish().isEmpty())))
                .optional();
    }

    /** Those of these runs whose output is a model that is still there. */
    Set<RunId> registered(Collection<RunId> runs) {
        return Set.copyOf(jdbc.sql(
                        "select registration.run from models.registration join models.model on model.id = registration.model where registration.run = any(:runs)")
                .param(
                        "runs",
                        new SqlArrayValue(
                                "uuid", runs.stream().map(RunId::value).toArray()))
                .query((row, number) -> new RunId(row.getObject("run", UUID.class)))
                .list());
    }

    /** Writes down what became of a run's output; whoever else does so meanwhile waits, and then finds it written. */
    void register(RunId run, @Nullable ModelId model, Optional<Message> reason, Instant at) {
        jdbc.sql("""
                insert into models.registration (run, model, reason, reason_words, at)
                values (:run, :model, :reason, :words::jsonb, :at)
                on conflict (run) do update set model = excluded.model, reason = excluded.reason, reason_words = excluded.reason_words, at = excluded.at
                """)
                .param("run", run.value())
                .param("model", model == null ? null : model.value(), java.sql.Types.OTHER)
                .param("reason", reason.map(Message::inEnglish).orElse(""))
                .param("words", reason.isEmpty() ? null : reason.get().toKeep(), java.sql.Types.VARCHAR)
                .param("at", at.atOffset(ZoneOffset.UTC))
                .update();
    }

    /** Lets one at a time register the output of a run, on whatever instance, until the transaction ends. */
    void lockRun(RunId run) {
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended('models.registration ' || :run, 0))")
                .param("run", run.toString())
                .query((row, number) -> number)
                .single();
    }

    /** False where there is no such model. */
    boolean use(ModelId id, String user) {
        boolean there = jdbc.sql("select true from models.model where id = :id for key share")
                .param("id", id.value())
                .query(Boolean.class)
                .optional()
                .isPresent();
        if (there) {
            jdbc.sql("insert into models.model_use (model, used_by) values (:id, :user) on conflict do nothing")
                    .param("id", id.value())
                    .param("user", user)
                    .update();
        }
        return there;
    }

    void free(String user) {
        jdbc.sql("delete from models.model_use where used_by = :user")
                .param("user", user)
                .update();
    }

    List<String> users(ModelId id) {
        return jdbc.sql("select used_by from models.model_use where model = :id order by used_by")
                .param("id", id.value())
                .query((row, number) -> row.getString("used_by"))
                .list();
    }

    private static Model model(ResultSet row) throws SQLException {
        return new Model(
                new ModelId(row.getObject("id", UUID.class)),
                new OrganisationId(row.getObject("organisation", UUID.class)),
                new RunId(row.getObject("run", UUID.class)),
                new PersonId(row.getObject("maker", UUID.class)),
                row.getString("slug"),
                row.getString("name"),
                Columns.instant(row, "registered_at"),
                row.getLong("parameters"),
                row.getLong("bytes"),
                row.getString("licence"),
                Visibility.valueOf(row.getString("visibility")),
                row.getBoolean("is_foreign"));
    }
}
