package org.aifactory.upkeep;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.aifactory.upkeep.Passing.Freed;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;

/**
 * Removes what is due, now and then and when somebody asks, and sees to the chores of the modules. Of all instances of the platform on one database one does so at a time, the
 * one whose connection holds the advisory lock.
 */
@Service
public class Housekeeper {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeper.class);
    private static final long LOCK = 0x7570_6b65_6570L;

    private final List<Passing> all;
    private final List<Chore> chores;
    private final DataSource database;

    Housekeeper(List<Passing> all, List<Chore> chores, DataSource database) {
        this.all = all.stream().sorted(Comparator.comparing(Passing::name)).toList();
        this.chores = List.copyOf(chores);
        this.database = database;
    }

    /** Something that goes by itself; {@code kept} is empty where it stays for good. */
    public record Rule(String name, Optional<Duration> kept) {}

    /** @param failed whether not all of it could be removed; the log says why */
    public record Cleared(String name, long things, long bytes, boolean failed) {}

    /** In the order of their names. */
    public List<Rule> rules() {
        return all.stream().map(each -> new Rule(each.name(), each.kept())).toList();
    }

    @Scheduled(
            initialDelayString = "${aifactory.upkeep.first-after}",
            fixedDelayString = "${aifactory.upkeep.interval}")
    void cleanUpByItself() {
        cleanUp()
                .ifPresent(cleared -> cleared.stream()
                        .filter(each -> each.things() > 0)
                        .forEach(each ->
                                LOG.info("Removed {} of {}, {} bytes", each.things(), each.name(), each.bytes())));
    }

    @Scheduled(
            initialDelayString = "${aifactory.upkeep.first-after}",
            fixedDelayString = "${aifactory.upkeep.interval}")
    void seeToChores() {
        alone(() -> {
            chores.forEach(Housekeeper::see);
            return chores;
        });
    }

    /** Removes all that is due now; empty where somebody is about it. */
    public Optional<List<Cleared>> cleanUp() {
        return alone(() -> all.stream()
                .filter(each -> each.kept().isPresent())
                .map(Housekeeper::clear)
                .toList());
    }

    private <T> Optional<T> alone(Supplier<T> work) {
        try (Connection connection = database.getConnection()) {
            JdbcClient jdbc = JdbcClient.create(new SingleConnectionDataSource(connection, true));
            if (!lock(jdbc, "pg_try_advisory_lock")) {
                return Optional.empty();
            }
            try {
                return Optional.of(work.get());
            } finally {
                // The connection goes back to a pool, where nobody would know of the lock.
                lock(jdbc, "pg_advisory_unlock");
            }
        } catch (SQLException failure) {
            throw new IllegalStateException("The database cannot be asked for the lock of the clean-up", failure);
        }
    }

    private static void see(Chore chore) {
        try {
            chore.see();
        } catch (RuntimeException failure) {
            LOG.warn("The chore {} could not be done; it is tried again", chore.name(), failure);
        }
    }

    /** One thing's trouble is not another's. */
    private static Cleared clear(Passing passing) {
        try {
            Freed freed = passing.clear();
            return new Cleared(passing.name(), freed.things(), freed.bytes(), false);
        } catch (RuntimeException failure) {
            LOG.warn("What is due of {} could not be removed; it is tried again", passing.name(), failure);
            return new Cleared(passing.name(), 0, 0, true);
        }
    }

    private static boolean lock(JdbcClient jdbc, String how) {
        return jdbc.sql("select " + how + "(:lock)")
                .param("lock", LOCK)
                .query(Boolean.class)
                .single();
    }
}
