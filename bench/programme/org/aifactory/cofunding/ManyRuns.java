package org.aifactory.cofunding;

import com.zaxxer.hikari.HikariDataSource;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Gives an organisation many runs on time of three funders: {@code ManyRuns ADDRESS ALLOCATION RUNS MODELS}, the database's password in PGPASSWORD. Its runs
 * lie on 200 allocations like the one that is named; some have made a model. Prints {@code model UUID} for some of them.
 */
public final class ManyRuns {
    private static final int ALLOCATIONS = 200;
    private static final int AT_ONCE = 100_000;
    private static final int TOLD = 200;

    private final JdbcClient jdbc;
    private final UUID template;

    private ManyRuns(JdbcClient jdbc, UUID template) {
        this.jdbc = jdbc;
        this.template = template;
    }

    public static void main(String[] words) {
        try (HikariDataSource database = new HikariDataSource()) {
            database.setJdbcUrl(words[0]);
            database.setUsername("aifactory");
            database.setPassword(System.getenv("PGPASSWORD"));
            ManyRuns many = new ManyRuns(JdbcClient.create(database), UUID.fromString(words[1]));
            int runs = Integer.parseInt(words[2]);
            many.allocations();
            for (int done = 0; done < runs; done += AT_ONCE) {
                many.runs(Math.min(AT_ONCE, runs - done));
            }
            many.models(Integer.parseInt(words[3]));
            for (String table : List.of("training.run", "models.model", "access.grant_entry", "ledger.entry")) {
                many.jdbc.sql("analyze " + table).update();
            }
            many.some().forEach(model -> System.out.println("model " + model));
        }
    }

    /** Copies with ids of their own; the numbers that the database gives, it gives anew. */
    private void allocations() {
        update("create table measured (allocation uuid primary key, application uuid not null, account uuid not null, number serial)");
        update("insert into measured select gen_random_uuid(), gen_random_uuid(), gen_random_uuid() from generate_series(1, "
                + ALLOCATIONS + ")");
        update("""
                insert into access.application overriding user value
                select (jsonb_populate_record(form, jsonb_build_object('id', measured.application, 'key', gen_random_uuid()))).*
                  from measured, access.application form join access.allocation granted on granted.application = form.id
                 where granted.id = '%s'
                """);
        update("""
                insert into access.allocation overriding user value
                select (jsonb_populate_record(granted, jsonb_build_object('id', measured.allocation, 'application', measured.application,
                           'account', measured.account))).*
                  from measured, access.allocation granted where granted.id = '%s'
                """);
        update("""
                insert into ledger.account (id, unit, name, overdraft, opened_at)
                select measured.account, account.unit, 'measured', false, now()
                  from measured, access.allocation granted join ledger.account on account.id = granted.account where granted.id = '%s'
                """);
        update("""
                create table measured_entry as
                select gen_random_uuid() as entry, allocation, measured.account, funder, amount
                  from measured, (values ('EU', 500000), ('FI', 300000), ('SE', 200000)) as given (funder, amount)
                """);
        update("""
                insert into ledger.entry (id, kind, unit, from_account, to_account, moved, held, reason, at)
                select entry, 'TRANSFER', account.unit, partition.supply_account, measured_entry.account, amount, 0, 'measured', now()
                  from measured_entry join ledger.account on account.id = measured_entry.account, access.allocation granted
                  join federation.partition on partition.id = granted.partition where granted.id = '%s'
                """);
        update("insert into access.grant_entry (entry, allocation, amount, funder) select entry, allocation, amount, funder from measured_entry");
        update("""
                insert into cofunding.hour_cost (partition, from_day, cents_per_hour, mark, source, entered_by, entered_at)
                select allocation.partition, '2020-01-01', 200, 'DERIVED', 'measured', applicant, now()
                  from access.allocation join access.application on application.id = allocation.application where allocation.id = '%s'
                """);
    }

    private void runs(int number) {
        update("""
                insert into training.run (id, organisation, submitter, allocation, partition, project, recipe, name, cores, gpus, memory_bytes,
                       wall_seconds, settings, request, state, reason, details, submitted_at, started_at, ended_at, charged)
                select gen_random_uuid(), allocation.organisation, application.applicant, measured.allocation, allocation.partition, 'measured',
                       'COMMAND', 'A run', 1, 0, 1, 60, '{}', repeat('0', 64), 'SUCCEEDED', 'ENDED', '{}', now(), now(), now(), 1 + number.number % 9999
                  from generate_series(1, COUNT) as number (number)
                  join measured on measured.number = 1 + number.number % ALLOCATIONS, access.allocation
                  join access.application on application.id = allocation.application
                 where allocation.id = '%s'
                """.replace("COUNT", Integer.toString(number)).replace("ALLOCATIONS", Integer.toString(ALLOCATIONS)));
    }

    private void models(int number) {
        update("""
                insert into models.model (id, organisation, run, maker, slug, name, licence, visibility, registered_at, parameters, bytes,
                       is_foreign, content, facts)
                select gen_random_uuid(), organisation, id, submitter, 'measured-' || number, 'A model', 'MIT', 'ORGANISATION', now(), 1, 1, false,
                       repeat('0', 64), '{}'
                  from training.run where project = 'measured' order by id limit %d
                """.formatted(number));
    }

    private List<UUID> some() {
        return jdbc.sql("select id from models.model where slug like 'measured-%' order by id limit " + TOLD)
                .query(UUID.class)
                .list();
    }

    private void update(String statement) {
        jdbc.sql(statement.replace("%s", template.toString())).update();
    }
}
