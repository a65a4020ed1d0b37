-- Runs, each attempt to carry one out on a machine, and what is read of them on the way.
create schema training;

create table training.run (
    id             uuid primary key,
    -- In the order of arrival.
    number         bigint generated always as identity unique,
    organisation   uuid not null references identity.organisation (id),
    submitter      uuid not null references identity.person (id),
    allocation     uuid not null references access.allocation (id),
    partition      uuid not null references federation.partition (id),
    project        text not null,
    recipe         text not null check (recipe in ('CHATBOT', 'FINETUNE', 'COMMAND', 'SERVE')),
    name           text not null,
    -- A version of a dataset; it stays as a name when the dataset is gone.
    dataset        uuid,
    content        text check (content ~ '^[0-9a-f]{64}$'),
    -- What it goes on from, or serves: a model, or a version of a dataset that holds one.
    base_model     uuid,
    base_dataset   uuid,
    base_content   text check (base_content ~ '^[0-9a-f]{64}$'),
    cores          int not null check (cores > 0),
    gpus           int not null check (gpus >= 0),
    memory_bytes   bigint not null check (memory_bytes > 0),
    wall_seconds   bigint not null check (wall_seconds > 0),
    -- What the recipe needs to know; nothing in it is secret.
    settings       jsonb not null,
    -- Made by whoever asks, so that asking again is harmless; with what was asked, to tell a repeat from another request.
    key            uuid,
    request        text not null check (request ~ '^[0-9a-f]{64}$'),
    -- WAITING -> QUEUED -> RUNNING -> one of the others; each of the first three also -> one of the others; of those all but
    -- SUCCEEDED -> WAITING, with another attempt
    state          text not null check (state in
                       ('WAITING', 'QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'TIMED_OUT', 'MACHINE_FAILED')),
    -- Why it waits, or how it ended: the kind of a reason and its details.
    reason         text not null,
    details        jsonb not null,
    submitted_at   timestamptz not null,
    -- Of the first attempt that began.
    started_at     timestamptz,
    ended_at       timestamptz,
    -- Of all attempts together, in the unit of the partition.
    charged        bigint not null default 0 check (charged >= 0),
    unique (submitter, key),
    check ((dataset is null) = (content is null)),
    check ((base_dataset is null) = (base_content is null)),
    check ((state in ('WAITING', 'QUEUED', 'RUNNING')) = (ended_at is null))
);

create index run_by_organisation on training.run (organisation, number);
create index run_by_allocation on training.run (allocation, number);

-- stage       what it means
-- WAITING     paid for; its folder is still to be made
-- SUBMITTING  from here on the machine may know of it
-- SUBMITTED   the machine knows of it
-- ENDED       settled
create table training.attempt (
    run          uuid not null references training.run (id),
    -- Counts the attempts of a run from 1.
    number       int not null check (number > 0),
    -- The name of the job on the machine.
    job          uuid not null unique,
    -- The ledger's hold, and how much it keeps.
    hold         uuid not null unique,
    held         bigint not null check (held > 0),
    expires_at   timestamptz not null,
    stage        text not null check (stage in ('WAITING', 'SUBMITTING', 'SUBMITTED', 'ENDED')),
    -- Gone as soon as the machine has them.
    secrets      jsonb,
    made_at      timestamptz not null,
    -- Why it could not be handed over yet, and when that is tried again.
    trouble      text,
    retry_at     timestamptz,
    submitted_at timestamptz,
    cancelled_at timestamptz,
    started_at   timestamptz,
    ended_at     timestamptz,
    exit_status  int,
    -- What the machine kept for it alone.
    cores        int not null default 0,
    gpus         int not null default 0,
    -- How it ended.
    state        text check (state in ('SUCCEEDED', 'FAILED', 'CANCELLED', 'TIMED_OUT', 'MACHINE_FAILED')),
    reason       text,
    details      jsonb,
    -- In the unit of the partition: what it took, what of that its allocation paid, and what the site bears.
    used         bigint check (used >= 0),
    charged      bigint check (charged between 0 and held),
    site         bigint check (site >= 0),
    primary key (run, number),
    check ((stage = 'ENDED') = (state is not null)),
    check ((stage = 'ENDED') = (charged is not null)),
    check (stage in ('WAITING', 'SUBMITTING') or secrets is null)
);

create index attempt_under_way on training.attempt (made_at) where stage <> 'ENDED';

create sequence training.reading;

-- Numbers that a run has written down, one row a step; of one step the last word counts.
create table training.metric (
    run    uuid not null references training.run (id),
    step   bigint not null,
    -- Grows; whoever watches asks for those after the last one seen.
    number bigint not null,
    at     timestamptz not null,
    -- The run's own names, and finite numbers or short words.
    values jsonb not null,
    primary key (run, step)
);

create index metric_by_number on training.metric (run, number);

-- What a model said on the way.
create table training.sample (
    run    uuid not null references training.run (id),
    number bigint not null,
    step   bigint,
    at     timestamptz not null,
    prompt text not null,
    text   text not null,
    primary key (run, number)
);

-- How far the files that a run writes have been read.
create table training.reader (
    run     uuid not null references training.run (id),
    file    text not null,
    -- A new attempt begins its files anew, or goes on in those there are: they are read from the start.
    attempt int not null,
    bytes   bigint not null,
    lines   bigint not null,
    primary key (run, file)
);
