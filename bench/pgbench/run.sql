-- All that POST /api/runs inserts for one run, with the ledger's row lock last, as the platform does it. These runs have ended already,
-- so that the platform leaves them alone.
\set number random(1, 281474976710655)
begin;
insert into training.run (id, organisation, submitter, allocation, partition, project, recipe, name, cores, gpus, memory_bytes,
       wall_seconds, settings, request, state, reason, details, submitted_at, ended_at)
values (('10000000-0000-7000-8000-' || lpad(to_hex(:number::bigint), 12, '0'))::uuid, :organisation, :person, :allocation, :partition,
       'Measuring', 'COMMAND', 'command', 1, 0, 1073741824, 60,
       '{"minutes": null, "steps": null, "seed": 1, "command": "sleep 60", "folder": null, "environment": {}}', repeat('0', 64),
       'CANCELLED', 'CANCELLED', '{}', now(), now());
insert into training.attempt (run, number, job, hold, held, expires_at, stage, made_at, state, reason, details, used, charged, site)
values (('10000000-0000-7000-8000-' || lpad(to_hex(:number::bigint), 12, '0'))::uuid, 1,
       ('20000000-0000-7000-8000-' || lpad(to_hex(:number::bigint), 12, '0'))::uuid,
       ('30000000-0000-7000-8000-' || lpad(to_hex(:number::bigint), 12, '0'))::uuid,
       60, now() + interval '31 days', 'ENDED', now(), 'CANCELLED', 'CANCELLED', '{}', 0, 0, 0);
insert into identity.audit (at, person, organisation, action, subject, details)
values (now(), :person, :organisation, 'run.submitted', 'run ' || lpad(to_hex(:number::bigint), 36, '0'),
       '{"recipe": "COMMAND", "allocation": "00000000-0000-0000-0000-000000000000", "held": 60, "unit": "CPU_CORE_SECOND"}');
insert into access.commitment (entry, allocation, person, project, amount, expires_at)
values (('30000000-0000-7000-8000-' || lpad(to_hex(:number::bigint), 12, '0'))::uuid, :allocation, :person, 'Measuring', 60,
       now() + interval '31 days') on conflict do nothing;
select account, unit, granted, held, spent
  from ledger.balance join ledger.account on account.id = balance.account
 where account = :giver for update of balance;
insert into ledger.entry (id, kind, unit, from_account, to_account, moved, held, concerns, expires_at, reason, at)
values (('30000000-0000-7000-8000-' || lpad(to_hex(:number::bigint), 12, '0'))::uuid, 'HOLD', 'CPU_CORE_SECOND', :giver, :taker, 0, 60,
       null, now() + interval '31 days', 'At most for a run of pgbench, attempt 1', now());
commit;
