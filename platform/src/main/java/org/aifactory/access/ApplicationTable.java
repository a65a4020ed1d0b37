package org.aifactory.access;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.access.Application.Decision;
import org.aifactory.access.Application.Project;
import org.aifactory.database.Columns;
import org.aifactory.federation.HourUnit;
import org.aifactory.federation.PartitionId;
import org.aifactory.federation.PartitionKind;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.PersonId;
import org.aifactory.ledger.Amount;
import org.aifactory.web.Message;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Applications as they lie in the database. */
@Component
class ApplicationTable {
    private static final TypeReference<Map<String, Object>> ANSWERS = new TypeReference<>() {};
    private static final TypeReference<List<KeptFinding>> FINDINGS = new TypeReference<>() {};
    /** The ledger counts by the kind of the partition, which never changes. */
    private static final String SELECT = """
            select application.*, partition.kind as partition_kind
              from access.application join federation.partition on partition.id = application.partition
            """;

    private final JdbcClient jdbc;
    private final JsonMapper json;

    ApplicationTable(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    Optional<Application> find(ApplicationId id) {
        return jdbc.sql(SELECT + " where application.id = :id")
                .param("id", id.value())
                .query((row, number) -> application(row))
                .optional();
    }

    /** The same, locked until the transaction ends. */
    Optional<Application> lock(ApplicationId id) {
        return jdbc.sql(SELECT + " where application.id = :id for no key update of application")
                .param("id", id.value())
                .query((row, number) -> application(row))
                .optional();
    }

    /** @param request what was asked, to tell a repeat from another request with the same key */
    record Known(Application application, String request) {}

    Optional<Known> withKey(OrganisationId organisation, UUID key) {
        return jdbc.sql(SELECT + " where application.organisation = :organisation and application.key = :key")
                .param("organisation", organisation.value())
                .param("key", key)
                .query((row, number) -> new Known(application(row), row.getString("request")))
                .optional();
    }

    /** Those of these organisations, the newest first. */
    List<Application> of(Collection<OrganisationId> organisations, int most) {
        if (organisations.isEmpty()) {
            return List.of();
        }
        return jdbc.sql(SELECT + """
                 where application.organisation in (:organisations) order by application.number desc limit :most
                """)
                .param(
                        "organisations",
                        organisations.stream().map(OrganisationId::value).toList())
                .param("most", most)
                .query((row, number) -> application(row))
                .list();
    }

    /** Those that nobody has decided, the oldest first. */
    List<Application> waiting() {
        return jdbc.sql(SELECT + " where application.decided_at is null order by application.number")
                .query((row, number) -> application(row))
                .list();
    }

    /** Those that were decided, the latest first. */
    List<Application> decided(int most) {
        return jdbc.sql(SELECT + """
                 where application.decided_at is not null order by application.decided_at desc, application.number desc limit :most
                """)
                .param("most", most)
                .query((row, number) -> application(row))
                .list();
    }

    /** Adds it; the number is made by the database, whatever stands there. */
    Application add(Application application, UUID key, String request) {
        long number = jdbc.sql("""
                insert into access.application
                       (id, organisation, applicant, key, request, partition, mode, months, hours, hour_unit, amount, project,
                        commercial, answers, profile, findings, state, submitted_at, promised_by)
                values (:id, :organisation, :applicant, :key, :request, :partition, :mode, :months, :hours, :unit, :amount,
                        :project::jsonb, :commercial, :answers::jsonb, :profile::jsonb, :findings::jsonb, :state, :submitted, :promised)
                returning number
                """)
                .param("id", application.id().value())
                .param("organisation", application.organisation().value())
                .param("applicant", application.applicant().value())
                .param("key", key)
                .param("request", request)
                .param("partition", application.partition().value())
                .param("mode", application.mode())
                .param("months", application.months())
                .param("hours", application.hours())
                .param("unit", application.unit().name())
                .param("amount", application.amount().value())
                .param("project", json.writeValueAsString(application.project()))
                .param("commercial", application.commercial())
                .param("answers", json.writeValueAsString(application.answers()))
                .param("profile", json.writeValueAsString(application.profile()))
                .param(
                        "findings",
                        json.writeValueAsString(application.findings().stream()
                                .map(KeptFinding::of)
                                .toList()))
                .param("state", application.state().name())
                .param("submitted", application.submitted().atOffset(ZoneOffset.UTC))
                .param(
                        "promised",
                        application
                                .promisedBy()
                                .map(instant -> instant.atOffset(ZoneOffset.UTC))
                                .orElse(null),
                        Types.TIMESTAMP_WITH_TIMEZONE)
                .query(Long.class)
                .single();
        return find(application.id()).filter(added -> added.number() == number).orElseThrow();
    }

    /**
     * Moves it from the state in which it was read.
     *
     * @param decision for a move that decides it
     * @throws Problem when there is no such move, or it was moved meanwhile
     */
    void move(Application application, ApplicationState next, Optional<Decision> decision) {
        if (!application.state().mayBecome(next)) {
            throw Problem.of(ProblemType.NOT_NOW, "access.refused.move", state(application.state()), state(next));
        }
        int moved = jdbc.sql("""
                update access.application set state = :next, decided_at = :at, decided_by = :by, reason = :reason, reason_words = :words::jsonb
                 where id = :id and state = :state
                """)
                .param("next", next.name())
                .param(
                        "at",
                        decision.map(made -> made.at().atOffset(ZoneOffset.UTC)).orElse(null),
                        Types.TIMESTAMP_WITH_TIMEZONE)
                .param("by", decision.flatMap(Decision::by).map(PersonId::value).orElse(null), Types.OTHER)
                .param("reason", decision.map(made -> made.reason().inEnglish()).orElse(null), Types.VARCHAR)
                .param(
                        "words",
                        decision.isEmpty() ? null : decision.get().reason().toKeep(),
                        Types.VARCHAR)
                .param("id", application.id().value())
                .param("state", application.state().name())
                .update();
        if (moved == 0) {
            throw Problem.of(ProblemType.CHANGED_MEANWHILE, "access.refused.moved");
        }
    }

    private Application application(ResultSet row) throws SQLException {
        Optional<Instant> decided = Columns.optionalInstant(row, "decided_at");
        return new Application(
                new ApplicationId(row.getObject("id", UUID.class)),
                row.getLong("number"),
                new OrganisationId(row.getObject("organisation", UUID.class)),
                new PersonId(row.getObject("applicant", UUID.class)),
                new PartitionId(row.getObject("partition", UUID.class)),
                row.getString("mode"),
                row.getInt("months"),
                row.getBigDecimal("hours"),
                HourUnit.valueOf(row.getString("hour_unit")),
                new Amount(
                        row.getLong("amount"),
                        PartitionKind.valueOf(row.getString("partition_kind")).unit()),
                json.readValue(row.getString("project"), Project.class),
                row.getBoolean("commercial"),
                json.readValue(row.getString("answers"), ANSWERS),
                json.readValue(row.getString("profile"), ANSWERS),
                json.readValue(row.getString("findings"), FINDINGS).stream()
                        .map(KeptFinding::finding)
                        .toList(),
                ApplicationState.valueOf(row.getString("state")),
                Columns.instant(row, "submitted_at"),
                Columns.optionalInstant(row, "promised_by"),
                decided.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Decision(
                                decided.get(),
                                Columns.optionalUuid(row, "decided_by").map(PersonId::new),
                                Message.kept(row.getString("reason"), row.getString("reason_words")))));
    }

    static Message state(ApplicationState state) {
        return Message.of("access.state." + state.slug());
    }

    /** A finding as it is kept: its sentences in English for the record, and in each language for whoever reads them. */
    private record KeptFinding(
            String rule,
            Finding.Outcome outcome,
            String text,
            Optional<String> advice,
            Optional<Ground> mark,
            List<String> sources,
            @Nullable String textWords,
            @Nullable String adviceWords) {

        static KeptFinding of(Finding finding) {
            return new KeptFinding(
                    finding.rule(),
                    finding.outcome(),
                    finding.text().inEnglish(),
                    finding.advice().map(Message::inEnglish),
                    finding.mark(),
                    finding.sources(),
                    finding.text().toKeep(),
                    finding.advice().isEmpty() ? null : finding.advice().get().toKeep());
        }

        Finding finding() {
            return new Finding(
                    rule,
                    outcome,
                    Message.kept(text, textWords),
                    advice.map(sentence -> Message.kept(sentence, adviceWords)),
                    mark,
                    sources);
        }
    }
}
