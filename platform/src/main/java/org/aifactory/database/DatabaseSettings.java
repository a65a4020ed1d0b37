package org.aifactory.database;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Which database to use.
 *
 * @param url {@code embedded}, or the JDBC address of a PostgreSQL server
 * @param username who signs in there; empty when the address says so itself
 * @param password that person's password; empty likewise
 */
@ConfigurationProperties("aifactory.database")
record DatabaseSettings(String url, String username, String password) {
    static final String EMBEDDED = "embedded";

    DatabaseAddress address() {
        if (!url.startsWith(DatabaseAddress.PREFIX)) {
            throw new DatabaseException("AIFACTORY_DATABASE_URL has the form " + DatabaseAddress.PREFIX
                    + "//HOST:PORT/DATABASE, with user and password in AIFACTORY_DATABASE_USERNAME and"
                    + " AIFACTORY_DATABASE_PASSWORD; what it holds begins otherwise.");
        }
        return new DatabaseAddress(url, username, password);
    }
}
