-- What is gone of what ended runs have left; a run that is tried again has all of it anew.
create table training.cleared (
    run   uuid not null references training.run (id),
    part  text not null check (part in ('SCRATCH', 'CHECKPOINTS', 'OUTPUT', 'LOG', 'METRICS')),
    at    timestamptz not null,
    -- On the disk; zero where nobody has counted.
    bytes bigint not null check (bytes >= 0),
    primary key (run, part)
);

create index run_by_end on training.run (ended_at, id) where ended_at is not null;
