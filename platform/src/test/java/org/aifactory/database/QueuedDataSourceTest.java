package org.aifactory.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many people before few connections. */
class QueuedDataSourceTest {
    private static final int CONNECTIONS = 2;

    private HikariDataSource pool;

    @BeforeEach
    void open() {
        DatabaseAddress address = TestDatabase.fresh("queued");
        HikariConfig settings = new HikariConfig();
        settings.setJdbcUrl(address.url());
        settings.setUsername(address.username());
        settings.setPassword(address.password());
        settings.setMaximumPoolSize(CONNECTIONS);
        // The least that the pool allows, and less than the last of many has to wait.
        settings.setConnectionTimeout(250);
        pool = new HikariDataSource(settings);
    }

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void whoever_waits_longer_than_the_pool_has_patience_is_served_in_turn() throws Exception {
        QueuedDataSource queued = new QueuedDataSource(pool, CONNECTIONS, Duration.ofMinutes(1));
        try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> served = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                served.add(people.submit(() -> {
                    try (Connection connection = queued.getConnection()) {
                        return connection.createStatement().execute("select pg_sleep(0.03)");
                    }
                }));
            }
            for (Future<Boolean> each : served) {
                assertThat(each.get()).isTrue();
            }
        }
    }

    @Test
    void whoever_waits_too_long_is_told_that_there_are_too_many_and_nobody_loses_a_place() throws SQLException {
        QueuedDataSource queued = new QueuedDataSource(pool, CONNECTIONS, Duration.ofMillis(50));
        Connection first = queued.getConnection();
        Connection second = queued.getConnection();
        assertThatThrownBy(queued::getConnection)
                .isInstanceOf(SQLTransientConnectionException.class)
                .satisfies(failure ->
                        assertThat(((SQLException) failure).getSQLState()).isEqualTo("53300"));
        first.close();
        first.close();
        try (Connection third = queued.getConnection()) {
            assertThat(third.isValid(1)).isTrue();
            // Closed twice, it gave back one place.
            assertThatThrownBy(queued::getConnection).isInstanceOf(SQLTransientConnectionException.class);
        }
        second.close();
    }
}
