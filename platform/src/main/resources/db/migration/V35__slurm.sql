-- Machines that Slurm drives: how they are reached, and the jobs that were handed to them.
alter table federation.machine drop constraint machine_connection_check;
alter table federation.machine add constraint machine_connection_check check (connection in ('NONE', 'LOCAL', 'SLURM'));

create table federation.slurm_site (
    machine uuid primary key references federation.machine (id),
    -- Of slurmrestd.
    address text not null,
    -- As whom jobs are submitted, and on which of Slurm's accounts.
    person  text not null,
    account text not null,
    token   text not null
);

create table federation.slurm_partition (
    partition uuid primary key references federation.partition (id),
    -- As Slurm calls it.
    name      text not null
);

create table federation.slurm_job (
    key          uuid primary key,
    machine      uuid not null references federation.machine (id),
    partition    uuid not null references federation.partition (id),
    -- What was asked for, without what is secret.
    request      jsonb not null,
    -- QUEUED from before Slurm hears of it.
    state        text not null check (state in
                     ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'TIMED_OUT', 'MACHINE_FAILED')),
    submitted_at timestamptz not null,
    -- When Slurm was last asked to take it; until it is known whether it did, it is not asked again.
    asked_at     timestamptz,
    -- Slurm's number of it. No name: a controller that crashed gives the same number to another job.
    number       bigint,
    cancelled_at timestamptz,
    started_at   timestamptz,
    ended_at     timestamptz,
    exit_status  int,
    cores        int not null default 0,
    gpus         int not null default 0,
    -- Why it waits, or how it ended: the kind of a reason and its details.
    reason       text not null,
    details      jsonb not null,
    check ((state in ('QUEUED', 'RUNNING')) = (ended_at is null))
);

create index slurm_job_under_way on federation.slurm_job (machine) where state in ('QUEUED', 'RUNNING');
