package org.aifactory.federation.local;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.util.List;

/** A program of its own that drives this computer's jobs until it is killed. Arguments: address, user, password, home. */
public final class KilledPlatform {
    private KilledPlatform() {}

    public static void main(String[] arguments) throws InterruptedException {
        HikariConfig settings = new HikariConfig();
        settings.setJdbcUrl(arguments[0]);
        settings.setUsername(arguments[1]);
        settings.setPassword(arguments[2]);
        new Workshop(new HikariDataSource(settings), Path.of(arguments[3])).open();
        Thread.currentThread().join();
    }

    static Process start(Workshop workshop) throws java.io.IOException {
        HikariDataSource database = (HikariDataSource) workshop.database;
        return new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledPlatform.class.getName(),
                        database.getJdbcUrl(),
                        database.getUsername(),
                        database.getPassword(),
                        workshop.home.toString()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
