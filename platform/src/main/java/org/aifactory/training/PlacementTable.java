package org.aifactory.training;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.access.AllocationId;
import org.aifactory.database.Columns;
import org.aifactory.federation.PartitionId;
import org.aifactory.training.Correction.Forecast;
import org.aifactory.training.Placement.Candidate;
import org.aifactory.training.Placement.Decision;
import org.aifactory.training.Placement.Judged;
import org.aifactory.web.Message;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Why runs are where they are, in the database. */
@Component
class PlacementTable {
    private static final TypeReference<List<Line>> LINES = new TypeReference<>() {};

    private final JdbcClient jdbc;
    private final JsonMapper json;

    PlacementTable(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** A candidate as it is kept; waits and other times in seconds. */
    private record Line(
            UUID allocation,
            String project,
            UUID partition,
            String place,
            @Nullable String country,
            @Nullable String gpu,
            @Nullable Long cents,
            double kwh,
            @Nullable Long earliest,
            @Nullable Long likely,
            @Nullable Long latest,
            long transfer,
            long work,
            @Nullable String excluded,
            @Nullable String excludedWords) {

        static Line of(Judged judged) {
            Candidate candidate = judged.candidate();
            Optional<Forecast> begins = candidate.begins();
            return new Line(
                    candidate.allocation().value(),
                    candidate.project(),
                    candidate.partition().value(),
                    candidate.place(),
                    candidate.country().orElse(null),
                    candidate.gpu().orElse(null),
                    candidate.cents().orElse(null),
                    candidate.kwh(),
                    begins.map(wait -> wait.earliest().toSeconds()).orElse(null),
                    begins.map(wait -> wait.likely().toSeconds()).orElse(null),
                    begins.map(wait -> wait.latest().toSeconds()).orElse(null),
                    candidate.transfer().toSeconds(),
                    candidate.work().toSeconds(),
                    judged.excluded().map(Message::inEnglish).orElse(null),
                    judged.excluded().map(Message::toKeep).orElse(null));
        }

        Judged judged() {
            Candidate candidate = new Candidate(
                    new AllocationId(allocation),
                    project,
                    new PartitionId(partition),
                    place,
                    Optional.empty(),
                    Optional.ofNullable(country),
                    Optional.ofNullable(gpu),
                    Optional.ofNullable(cents),
                    kwh,
                    likely == null || earliest == null || latest == null
                            ? Optional.empty()
                            : Optional.of(new Forecast(
                                    Duration.ofSeconds(earliest),
                                    Duration.ofSeconds(likely),
                                    Duration.ofSeconds(latest))),
                    Duration.ofSeconds(transfer),
                    Duration.ofSeconds(work));
            return new Judged(
                    candidate, Optional.ofNullable(excluded).map(english -> Message.kept(english, excludedWords)));
        }
    }

    /** In the transaction that writes the run down. */
    void insert(RunId run, Decision decision) {
        jdbc.sql("""
                insert into training.placement (run, decided_at, rules, candidates, why, why_words)
                values (:run, :at, :rules::jsonb, :candidates::jsonb, :why, :words::jsonb)
                """)
                .param("run", run.value())
                .param("at", RunTable.at(decision.at()))
                .param("rules", json.writeValueAsString(decision.rules()))
                .param(
                        "candidates",
                        json.writeValueAsString(
                                decision.candidates().stream().map(Line::of).toList()))
                .param("why", decision.why().inEnglish())
                .param("words", decision.why().toKeep())
                .update();
    }

    /** Empty for one whose allocation the person named. */
    Optional<Decision> of(RunId run) {
        return jdbc.sql("select * from training.placement where run = :run")
                .param("run", run.value())
                .query((row, number) -> decision(row))
                .optional();
    }

    private Decision decision(ResultSet row) throws SQLException {
        return new Decision(
                Columns.instant(row, "decided_at"),
                json.readValue(row.getString("rules"), PlacementRules.class),
                json.readValue(row.getString("candidates"), LINES).stream()
                        .map(Line::judged)
                        .toList(),
                Message.kept(row.getString("why"), row.getString("why_words")));
    }
}
