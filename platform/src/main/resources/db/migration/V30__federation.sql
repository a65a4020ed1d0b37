-- Factories, their machines and partitions, and the jobs on the computer that the platform runs on.
create schema federation;

create table federation.factory (
    id       uuid primary key,
    slug     text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    name     text not null,
    -- Null until an administrator says whose it is.
    operator uuid references identity.organisation (id),
    host     text not null,
    city     text not null,
    -- ISO 3166-1 alpha-2; null for this computer, of which nobody knows where it stands.
    country  text check (country ~ '^[A-Z]{2}$'),
    -- Figures as they were published: what, value, mark, sources.
    facts    jsonb not null
);

create table federation.machine (
    id         uuid primary key,
    factory    uuid not null references federation.factory (id),
    slug       text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    name       text not null,
    connection text not null check (connection in ('NONE', 'LOCAL')),
    open       boolean not null,
    facts      jsonb not null
);

create unique index one_local_machine on federation.machine (connection) where connection = 'LOCAL';
create index machine_by_factory on federation.machine (factory);

create table federation.partition (
    id                uuid primary key,
    machine           uuid not null references federation.machine (id),
    slug              text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    name              text not null,
    kind              text not null check (kind in ('GPU', 'CPU')),
    gpus_per_node     int not null,
    cores_per_node    int not null check (cores_per_node > 0),
    memory_per_node   bigint not null check (memory_per_node >= 0),
    nodes             int not null check (nodes > 0),
    max_wall_seconds  bigint check (max_wall_seconds > 0),
    open              boolean not null,
    -- Euro cents for a GPU-hour, or a core-hour where there are no GPUs.
    price_cents       bigint check (price_cents >= 0),
    facts             jsonb not null,
    -- Accounts of the ledger: where time comes from, what can be granted, what has been used.
    supply_account    uuid not null unique,
    pool_account      uuid not null unique,
    used_account      uuid not null unique,
    check (case kind when 'GPU' then gpus_per_node > 0 else gpus_per_node = 0 end)
);

create index partition_by_machine on federation.partition (machine);

-- What operators have added to a pool. How much, and what of it was taken back, is in the ledger.
create table federation.filling (
    -- The ledger's entry.
    entry     uuid primary key,
    partition uuid not null references federation.partition (id)
);

create index filling_by_partition on federation.filling (partition);

create table federation.maintenance (
    id      uuid primary key,
    machine uuid not null references federation.machine (id),
    from_at timestamptz not null,
    until   timestamptz not null check (until > from_at),
    reason  text not null
);

create index maintenance_by_machine on federation.maintenance (machine, until);

-- Jobs on the computer that the platform runs on. Only the instance that holds the advisory lock starts and ends them.
create table federation.local_job (
    key          uuid primary key,
    -- The queue's order.
    number       bigint generated always as identity unique,
    partition    uuid not null references federation.partition (id),
    request      jsonb not null,
    -- Gone as soon as the program runs, or never will.
    secrets      jsonb,
    -- QUEUED -> RUNNING (from when its process is about to be made) -> one of the others; or QUEUED -> CANCELLED
    state        text not null check (state in
                     ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'TIMED_OUT', 'MACHINE_FAILED')),
    submitted_at timestamptz not null,
    cancelled_at timestamptz,
    -- Where the process leaves word of itself.
    folder       text,
    core_ids     int[] not null default '{}',
    gpu_ids      int[] not null default '{}',
    started_at   timestamptz,
    ended_at     timestamptz,
    exit_status  int,
    -- How it ended: the kind of a reason and its details.
    reason       text,
    details      jsonb,
    check ((state in ('QUEUED', 'RUNNING')) = (ended_at is null)),
    check ((ended_at is null) = (reason is null))
);

create index local_job_under_way on federation.local_job (number) where state in ('QUEUED', 'RUNNING');
