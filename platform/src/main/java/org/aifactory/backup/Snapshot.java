package org.aifactory.backup;

import java.io.IOException;
import java.io.OutputStream;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.aifactory.backup.Contents.Migration;
import org.aifactory.backup.Contents.Part;
import org.aifactory.backup.Contents.Sequence;
import org.aifactory.backup.Contents.Table;
import org.postgresql.PGConnection;

/** The database as it is at one moment, whatever is written to it meanwhile. */
final class Snapshot implements AutoCloseable {
    /** What is made anew: Flyway's own table by migrating, and sessions by signing in. */
    private static final String LEFT_OUT = "'flyway_schema_history', 'spring_session', 'spring_session_attributes'";

    private final Connection connection;

    Snapshot(Connection connection) throws SQLException {
        this.connection = connection;
        connection.setAutoCommit(false);
        connection.setReadOnly(true);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        // The first question fixes the moment.
        Sql.one(connection, "select pg_current_snapshot()::text", row -> row.getString(1));
    }

    List<Migration> migrations() throws SQLException {
        return Sql.list(
                connection,
                "select version, script, checksum from flyway_schema_history where success and version is not null"
                        + " order by installed_rank",
                row -> new Migration(row.getString(1), row.getString(2), row.getInt(3)));
    }

    /** Every table, those first that others refer to. */
    List<Table> tables() throws SQLException {
        Map<Long, Table> tables = new HashMap<>();
        List<Long> order = new ArrayList<>();
        Sql.list(connection, """
                select c.oid, n.nspname, c.relname,
                       array(select a.attname::text from pg_attribute a
                              where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
                              order by a.attnum) as columns
                  from pg_class c join pg_namespace n on n.oid = c.relnamespace
                 where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence = 'p'
                   and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_%'
                   and c.relname not in (""" + LEFT_OUT + """
                )
                 order by n.nspname, c.relname
                """, row -> {
            order.add(row.getLong("oid"));
            return tables.put(
                    row.getLong("oid"),
                    new Table(row.getString("nspname"), row.getString("relname"), columns(row), 0, new Part(0, "")));
        });
        Map<Long, Set<Long>> references = new HashMap<>();
        Sql.list(
                connection,
                "select conrelid, confrelid from pg_constraint where contype = 'f' and conrelid <> confrelid",
                row -> references
                        .computeIfAbsent(row.getLong(1), table -> new HashSet<>())
                        .add(row.getLong(2)));
        List<Table> sorted = new ArrayList<>();
        Set<Long> placed = new HashSet<>();
        order.forEach(table -> place(table, tables, references, placed, sorted));
        return sorted;
    }

    private static void place(
            Long table,
            Map<Long, Table> tables,
            Map<Long, Set<Long>> references,
            Set<Long> placed,
            List<Table> sorted) {
        if (!tables.containsKey(table) || !placed.add(table)) {
            return;
        }
        references.getOrDefault(table, Set.of()).forEach(other -> place(other, tables, references, placed, sorted));
        sorted.add(tables.get(table));
    }

    private static List<String> columns(ResultSet row) throws SQLException {
        Array names = row.getArray("columns");
        return List.of((String[]) names.getArray());
    }

    /** Sequences do not stand still, and going on from a later number does no harm. */
    List<Sequence> sequences() throws SQLException {
        List<String[]> names = Sql.list(connection, """
                select schemaname, sequencename from pg_sequences
                 where schemaname not in ('pg_catalog', 'information_schema')
                 order by schemaname, sequencename
                """, row -> new String[] {row.getString(1), row.getString(2)});
        List<Sequence> sequences = new ArrayList<>();
        for (String[] name : names) {
            Sequence sequence = new Sequence(name[0], name[1], 0, false);
            sequences.add(Sql.one(
                    connection,
                    "select last_value, is_called from " + sequence.quoted(),
                    row -> new Sequence(name[0], name[1], row.getLong(1), row.getBoolean(2))));
        }
        return sequences;
    }

    /** Writes all rows of a table; says how many. */
    long copy(Table table, OutputStream out) throws SQLException, IOException {
        return connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyOut("copy (select " + table.quotedColumns() + " from " + table.quoted() + ") to stdout", out);
    }

    @Override
    public void close() throws SQLException {
        connection.rollback();
        connection.close();
    }
}
