-- Applications for time on partitions, what was granted, and who may spend how much of it.
create schema access;

-- What an organisation says of itself, asked once. The questions stand in the policy.
create table access.profile (
    organisation uuid primary key references identity.organisation (id),
    answers      jsonb not null,
    saved_by     uuid not null references identity.person (id),
    saved_at     timestamptz not null
);

create table access.application (
    id           uuid primary key,
    -- As people say it.
    number       bigint generated always as identity unique,
    organisation uuid not null references identity.organisation (id),
    applicant    uuid not null references identity.person (id),
    -- Made by whoever asks, so that asking again is harmless; with what was asked, to tell a repeat from another request.
    key          uuid not null,
    request      text not null,
    partition    uuid not null references federation.partition (id),
    mode         text not null,
    months       int not null check (months > 0),
    -- As it was asked for, and as the ledger counts it.
    hours        numeric not null,
    hour_unit    text not null check (hour_unit in ('GPU_HOUR', 'NODE_HOUR', 'CORE_HOUR')),
    amount       bigint not null check (amount > 0),
    project      jsonb not null,
    commercial   boolean not null,
    answers      jsonb not null,
    -- The organisation's profile as it was then.
    profile      jsonb not null,
    -- What was found out by machine, as it was then.
    findings     jsonb not null,
    state        text not null check (state in ('SUBMITTED', 'IN_REVIEW', 'GRANTED', 'REFUSED', 'WITHDRAWN')),
    submitted_at timestamptz not null,
    -- Null where the mode promises nothing, or the cut-off that its clock starts at is not known.
    promised_by  timestamptz,
    decided_at   timestamptz,
    -- Null where the policy decided.
    decided_by   uuid references identity.person (id),
    reason       text,
    unique (organisation, key),
    check ((state in ('SUBMITTED', 'IN_REVIEW')) = (decided_at is null)),
    check ((decided_at is null) = (reason is null))
);

create index application_by_organisation on access.application (organisation, submitted_at);
create index application_waiting on access.application (submitted_at) where decided_at is null;

create table access.allocation (
    id           uuid primary key,
    application  uuid not null unique references access.application (id),
    organisation uuid not null references identity.organisation (id),
    project      text not null,
    mode         text not null,
    partition    uuid not null references federation.partition (id),
    -- In the ledger.
    account      uuid not null unique,
    from_at      timestamptz not null,
    until        timestamptz not null check (until > from_at),
    state        text not null check (state in ('ACTIVE', 'ENDED', 'RETURNED')),
    commercial   boolean not null,
    ended_at     timestamptz,
    -- When the last hold was settled and the last second was back in the pool; null until then.
    closed_at    timestamptz,
    check ((state = 'ACTIVE') = (ended_at is null)),
    check (closed_at is null or ended_at is not null)
);

create index allocation_by_organisation on access.allocation (organisation, from_at);
create index allocation_by_partition on access.allocation (partition);
create index allocation_to_end on access.allocation (until) where state = 'ACTIVE';
create index allocation_to_close on access.allocation (ended_at) where state <> 'ACTIVE' and closed_at is null;

-- The ledger's entries that gave time to an allocation: the grant, then what was added to it.
create table access.grant_entry (
    entry      uuid primary key,
    -- In the order in which they were made; what is returned is taken from the last first.
    number     bigint generated always as identity,
    allocation uuid not null references access.allocation (id),
    amount     bigint not null check (amount > 0),
    -- What of it went back to the pool.
    returned   bigint not null default 0 check (returned between 0 and amount)
);

create index grant_entry_by_allocation on access.grant_entry (allocation, number);

-- The most that a person or a project may spend of an allocation. The subject '*' stands for each who has none of their own.
create table access.cap (
    allocation uuid not null references access.allocation (id),
    kind       text not null check (kind in ('PERSON', 'PROJECT')),
    subject    text not null,
    amount     bigint not null check (amount >= 0),
    primary key (allocation, kind, subject)
);

-- For whom and for what each hold on an allocation was made.
create table access.commitment (
    -- The ledger's hold.
    entry      uuid primary key,
    allocation uuid not null references access.allocation (id),
    person     uuid not null references identity.person (id),
    project    text not null,
    amount     bigint not null check (amount > 0),
    -- When the hold expires; a commitment that was not settled until then counts no more.
    expires_at timestamptz not null,
    -- What it came to in the end; null while it runs.
    spent      bigint check (spent between 0 and amount)
);

create index commitment_by_person on access.commitment (allocation, person);
create index commitment_by_project on access.commitment (allocation, project);
