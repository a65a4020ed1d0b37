package org.aifactory.web;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a failure of the database means for whoever asked. */
final class DatabaseFaults {
    /** Connections that broke or were refused; a server that starts, stops, or has no room for more. */
    private static final Set<String> AWAY_CLASSES = Set.of("08", "53", "57");
    /** Two transactions got in each other's way, and this one gave in. */
    private static final Set<String> GAVE_IN = Set.of("40001", "40P01", "55P03");
    /** A character that PostgreSQL does not keep: the one with the number 0. */
    private static final Set<String> STRANGE_TEXT = Set.of("22021", "22P05");

    /** What the pool says of a connection that broke a moment ago, without a code. */
    private static final String CLOSED = "Connection is closed";

    /** All connections are taken, of our pool or of the server. */
    private static final String BUSY = "53300";

    private static final String DISK_FULL = "53100";

    private DatabaseFaults() {}

    /** Empty where the failure is a mistake of ours, or has nothing to do with the database. */
    static Optional<Problem> problem(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException known) {
                return problem(known);
            }
        }
        return Optional.empty();
    }

    private static Optional<Problem> problem(SQLException failure) {
        String state = state(failure);
        if (state.equals(BUSY)) {
            return Optional.of(Problem.of(ProblemType.UNAVAILABLE, "problem.database.busy"));
        }
        if (state.equals(DISK_FULL)) {
            return Optional.of(Problem.of(ProblemType.DISK_FULL, "problem.database.full"));
        }
        if (failure instanceof SQLTransientConnectionException
                || AWAY_CLASSES.contains(first(state))
                || CLOSED.equals(failure.getMessage())) {
            return Optional.of(Problem.of(ProblemType.UNAVAILABLE, "problem.database.away"));
        }
        if (GAVE_IN.contains(state)) {
            return Optional.of(Problem.of(ProblemType.UNAVAILABLE, "problem.database.gave-in"));
        }
        if (STRANGE_TEXT.contains(state)) {
            return Optional.of(Problem.of(ProblemType.INVALID_REQUEST, "problem.database.strange-text"));
        }
        return Optional.empty();
    }

    private static String state(SQLException failure) {
        @Nullable String state = failure.getSQLState();
        return state == null ? "" : state;
    }

    private static String first(String state) {
        return state.length() < 2 ? "" : state.substring(0, 2);
    }
}
