package org.aifactory.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/** Where a database is and how to sign in. Its text form leaves the password out. */
record DatabaseAddress(String url, String username, String password) implements JdbcConnectionDetails {
    static final String PREFIX = "jdbc:postgresql:";

    private static final int OLDEST_VERSION = 15;
    private static final String CANNOT_CONNECT_NOW = "57P03";

    @Override
    public String getJdbcUrl() {
        return url;
    }

    @Override
    public String getUsername() {
        return username;
    }

    @Override
    public String getPassword() {
        return password;
    }

    /** The same server and person, another database. */
    DatabaseAddress database(String name) {
        return new DatabaseAddress(url.replaceFirst("/[^/]*$", "/" + name), username, password);
    }

    /** Refuses a server that cannot be reached within half a minute, is too old, or would forget what it has acknowledged. */
    void check() {
        try (Connection connection = connectPatiently();
                Statement statement = connection.createStatement();
                ResultSet settings = statement.executeQuery("""
                        select current_setting('server_version_num')::int / 10000, current_setting('fsync'),
                               current_setting('full_page_writes'), current_setting('synchronous_commit')
                        """)) {
            settings.next();
            if (settings.getInt(1) < OLDEST_VERSION) {
                throw new DatabaseException("The database is PostgreSQL " + settings.getInt(1) + "; AI Factory needs "
                        + OLDEST_VERSION + " or newer.");
            }
            if (settings.getString(2).equals("off")
                    || settings.getString(3).equals("off")
                    || settings.getString(4).equals("off")) {
                throw new DatabaseException("The database may lose what it has acknowledged (fsync, full_page_writes or"
                        + " synchronous_commit is off). A ledger must not live there; turn them on.");
            }
        } catch (SQLException failure) {
            throw new DatabaseException("The database cannot be used: " + failure.getMessage(), failure);
        }
    }

    Connection connect() throws SQLException {
        Properties who = new Properties();
        if (!username.isEmpty()) {
            who.setProperty("user", username);
        }
        if (!password.isEmpty()) {
            who.setProperty("password", password);
        }
        return DriverManager.getConnection(url, who);
    }

    /** A server that is starting beside us is waited for; one that refuses us is not. */
    private Connection connectPatiently() throws SQLException {
        Patience patience = new Patience();
        while (true) {
            try {
                return connect();
            } catch (SQLException failure) {
                if (!isPassing(failure) || patience.isOver()) {
                    throw failure;
                }
            }
        }
    }

    private static boolean isPassing(SQLException failure) {
        String state = failure.getSQLState();
        return state != null && (state.startsWith("08") || state.equals(CANNOT_CONNECT_NOW));
    }

    @Override
    public String toString() {
        return url.replaceFirst("\\?.*", "");
    }
}
