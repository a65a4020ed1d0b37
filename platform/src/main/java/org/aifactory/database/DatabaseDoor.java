package org.aifactory.database;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * A way into the database for programs that run beside the platform or instead of it, such as those that back it up and restore it.
 * Where nothing else is said in {@code AIFACTORY_DATABASE_URL}, it is the one in the home folder: the server that the platform runs at
 * this moment, or else one started for as long as the door is open.
 */
public final class DatabaseDoor implements AutoCloseable {
    private final DatabaseAddress address;
    private final @Nullable EmbeddedPostgres own;

    private DatabaseDoor(DatabaseAddress address, @Nullable EmbeddedPostgres own) {
        this.address = address;
        this.own = own;
    }

    /** Whether the platform's database is in its home folder, by what the environment says. */
    public static boolean isAtHome(Map<String, String> environment) {
        String url = environment.getOrDefault("AIFACTORY_DATABASE_URL", "");
        return url.isEmpty() || url.equals(DatabaseSettings.EMBEDDED);
    }

    /** Whether a platform that keeps its database in this home folder runs at this moment. */
    public static boolean isInUse(Path home) {
        return EmbeddedPostgres.runsIn(home.resolve("postgres"));
    }

    /**
     * Opens it.
     *
     * @throws DatabaseException when the database cannot be reached, in a whole sentence
     */
    public static DatabaseDoor open(Path home, Map<String, String> environment) {
        DatabaseDoor door = isAtHome(environment) ? atHome(home.resolve("postgres")) : elsewhere(environment);
        door.address.check();
        return door;
    }

    private static DatabaseDoor atHome(Path folder) {
        if (EmbeddedPostgres.runsIn(folder)) {
            return new DatabaseDoor(new PostgresFolder(folder).address(), null);
        }
        EmbeddedPostgres server = EmbeddedPostgres.start(folder);
        return new DatabaseDoor(server.address(), server);
    }

    private static DatabaseDoor elsewhere(Map<String, String> environment) {
        return new DatabaseDoor(
                new DatabaseSettings(
                                environment.getOrDefault("AIFACTORY_DATABASE_URL", ""),
                                environment.getOrDefault("AIFACTORY_DATABASE_USERNAME", ""),
                                environment.getOrDefault("AIFACTORY_DATABASE_PASSWORD", ""))
                        .address(),
                null);
    }

    public Connection connect() throws SQLException {
        return address.connect();
    }

    /** One connection each time it is asked. */
    public DataSource dataSource() {
        return new DriverManagerDataSource(address.url(), address.username(), address.password());
    }

    /** What people read of it; without the password. */
    @Override
    public String toString() {
        return address.toString();
    }

    @Override
    public void close() {
        if (own != null) {
            own.close();
        }
    }
}
