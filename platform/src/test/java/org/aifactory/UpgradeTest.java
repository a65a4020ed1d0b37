package org.aifactory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;
import org.aifactory.backup.Restore;
import org.aifactory.data.Sender;
import org.aifactory.database.DatabaseDoor;
import org.aifactory.database.TestDatabase;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/**
 * What an earlier platform kept is brought to the form of today and works. Each archive in {@code upgrade/} is a backup of a platform that
 * had the migrations of its time alone, made as {@link EarlierPlatform} says; an archive is never made anew, and one is added whenever a
 * release has changed the schema. The one called {@code before-grants} lacks V51, V61, V70 and V80, so that V51 comes late, between those
 * that were there; {@code with-chat} has all up to V80.
 */
class UpgradeTest {
    @TempDir
    Path folder;

    /** @param granted whether that platform could grant allocations already */
    @ParameterizedTest
    @CsvSource({"before-grants, false", "with-chat, true"})
    void an_earlier_platform_is_upgraded_and_works(String archive, boolean granted) throws Exception {
        Path home = folder.resolve("home");
        Map<String, String> database = TestDatabase.outside("upgraded");
        restore(archive, home, database);
        try (PlatformProcess platform = PlatformProcess.start(home, database);
                DatabaseDoor door = DatabaseDoor.open(home, database)) {
            Client founder = EarlierPlatform.signedIn(platform.nobody(), EarlierPlatform.FOUNDER);
            requireData(founder);
            requirePool(EarlierPlatform.signedIn(platform.nobody(), EarlierPlatform.OPERATOR));
            if (granted) {
                requireAllocation(founder);
            }
            assertThat(Bookkeeper.faults(door.dataSource(), List.of())).isEmpty();
            assertThat(columns(door.dataSource())).isEqualTo(columns(TestDatabase.migrated("made_today")));
        }
    }

    /** By the program that people use, with the database outside of the home folder. */
    private void restore(String archive, Path home, Map<String, String> database) throws Exception {
        Path file = folder.resolve(archive + ".zip");
        try (InputStream in = UpgradeTest.class.getResourceAsStream("/upgrade/" + archive + ".zip")) {
            Files.copy(Objects.requireNonNull(in), file);
        }
        ProcessBuilder builder = JavaProgram.asShipped(Restore.class, file.toString(), "--home", home.toString())
                .redirectErrorStream(true);
        builder.environment().putAll(database);
        Process process = builder.start();
        String said = String.join("\n", process.inputReader().lines().toList());
        assertThat(process.waitFor()).as(said).isZero();
    }

    private static void requireData(Client founder) {
        String dataset = founder.get("/api/datasets").json(200).at("/0/id").asString();
        String versions = "/api/datasets/" + dataset + "/versions";
        String content = founder.get(versions).json(200).at("/0/id").asString().replaceFirst(".*:", "");
        assertThat(founder.get(versions + "/" + content + "/file?path=" + EarlierPlatform.PATH)
                        .body())
                .isEqualTo(EarlierPlatform.TEXT);
        Sender sender = new Sender(founder);
        sender.version(dataset, sender.upload("new.txt", "What we have learnt."))
                .json(201);
        assertThat(founder.get(versions).json(200)).hasSize(2);
    }

    private static void requirePool(Client operator) {
        JsonNode pool = operator.get(EarlierPlatform.POOL).json(200).get("pool");
        assertThat(new BigDecimal(pool.at("/hours/granted/CORE_HOUR").asString()))
                .isEqualByComparingTo(BigDecimal.valueOf(EarlierPlatform.FILLED));
        JsonNode statement = operator.get(EarlierPlatform.POOL + "/statement").json(200);
        assertThat(statement).isNotEmpty();
    }

    private static void requireAllocation(Client founder) {
        JsonNode allocation = founder.get("/api/allocations").json(200).get(0);
        assertThat(new BigDecimal(allocation.at("/hours/granted/CORE_HOUR").asString()))
                .isEqualByComparingTo(BigDecimal.valueOf(EarlierPlatform.GRANTED));
        founder.get("/api/allocations/" + allocation.get("id").asString() + "/statement")
                .json(200);
    }

    /** Whatever way the database came, it has the tables of today. */
    private static List<String> columns(DataSource database) {
        return JdbcClient.create(database)
                .sql("""
                select concat_ws(' ', table_schema, table_name, column_name, data_type, is_nullable, column_default)
                  from information_schema.columns where table_schema not in ('pg_catalog', 'information_schema')
                 order by table_schema, table_name, column_name
                """)
                .query((row, number) -> row.getString(1))
                .list();
    }
}
