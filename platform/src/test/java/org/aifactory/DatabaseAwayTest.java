package org.aifactory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.aifactory.Client.Answer;
import org.aifactory.database.DatabaseDoor;
import org.aifactory.database.OutsideServer;
import org.aifactory.ledger.Ledger;
import org.aifactory.training.Lab;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/** A PostgreSQL of the operator's own is stopped, is away for a while, is started again and is killed, all in the middle of runs. */
class DatabaseAwayTest {
    @TempDir
    Path home;

    @TempDir
    Path elsewhere;

    @Test
    void what_is_asked_meanwhile_is_answered_clearly_and_afterwards_every_run_is_there_once_and_charged_right()
            throws Exception {
        Random random = Effort.random(DatabaseAwayTest.class);
        try (OutsideServer server = OutsideServer.start(elsewhere);
                PlatformProcess platform = PlatformProcess.start(home, server.environment());
                DatabaseDoor door = DatabaseDoor.open(home, server.environment())) {
            DataSource database = door.dataSource();
            Lab lab = new Lab(platform.founder("Aino"), JdbcClient.create(database), ledger(database), 1_000_000)
                    .operating();
            ManyRuns runs = new ManyRuns(lab, home, random);
            String patient = lab.start(lab.script("echo once >> \"$AIFACTORY_OUTPUT/ran\"; sleep 20"));
            for (int round = 0; round < Effort.of(2, 30); round++) {
                AtomicBoolean enough = new AtomicBoolean();
                try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
                    List<Future<?>> work = new ArrayList<>();
                    for (int i = 0; i < 2; i++) {
                        work.add(people.submit(() -> runs.ask(lab.client, enough::get)));
                    }
                    work.add(people.submit(() -> look(lab, patient, enough)));
                    Thread.sleep(500 + random.nextInt(1500));
                    if (round % 2 == 0) {
                        server.stop();
                        Thread.sleep(random.nextInt(4000));
                        server.startAgain();
                    } else {
                        server.kill();
                    }
                    Thread.sleep(500 + random.nextInt(1500));
                    enough.set(true);
                    for (Future<?> each : work) {
                        each.get();
                    }
                }
            }
            runs.requireRight(lab, patient, JdbcClient.create(database));
            runs.requireRight(lab.client, database);
        }
    }

    private static Ledger ledger(DataSource database) {
        return new Ledger(
                JdbcClient.create(database), new DataSourceTransactionManager(database), InstantSource.system());
    }

    /** As a program and as a person in a browser. */
    private static void look(Lab lab, String run, AtomicBoolean enough) {
        while (!enough.get()) {
            for (String path : List.of("/api/runs/" + run, "/api/runs", "/api/allocations/" + lab.allocation)) {
                ManyRuns.requireClear(lab.client.get(path), 200);
            }
            Answer page = lab.client.send(lab.client.request("/factories").header("Accept", "text/html"));
            assertThat(page.status()).as(page.body()).isIn(200, 503);
            assertThat(page.body()).startsWith("<!doctype html>");
            Lab.pause();
        }
    }
}
