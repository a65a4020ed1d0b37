-- A mode that is closed for a while, on one partition or on all.
create table access.closed_mode (
    mode      text not null,
    -- Null for all.
    partition uuid references federation.partition (id),
    reason    text not null,
    closed_by uuid not null references identity.person (id),
    closed_at timestamptz not null,
    unique nulls not distinct (mode, partition)
);

-- More time, or a later end, asked for on an allocation. Its states and moves are those of an application.
create table access.change (
    id          uuid primary key,
    allocation  uuid not null references access.allocation (id),
    -- Made by whoever asks, so that asking again is harmless.
    key         uuid not null,
    kind        text not null check (kind in ('EXTENSION', 'TOP_UP')),
    months      int check (months > 0),
    amount      bigint check (amount > 0),
    purpose     text not null,
    state       text not null check (state in ('SUBMITTED', 'IN_REVIEW', 'GRANTED', 'REFUSED', 'WITHDRAWN')),
    asked_by    uuid not null references identity.person (id),
    asked_at    timestamptz not null,
    promised_by timestamptz,
    decided_at  timestamptz,
    decided_by  uuid references identity.person (id),
    reason      text,
    unique (allocation, key),
    check (case kind when 'EXTENSION' then months is not null and amount is null else amount is not null and months is null end),
    check ((state in ('SUBMITTED', 'IN_REVIEW')) = (decided_at is null)),
    check ((decided_at is null) = (reason is null))
);

create index change_by_allocation on access.change (allocation, asked_at);
create index change_waiting on access.change (asked_at) where decided_at is null;

create table access.report (
    allocation uuid primary key references access.allocation (id),
    answers    jsonb not null,
    filed_by   uuid not null references identity.person (id),
    filed_at   timestamptz not null
);

-- What has been said of an allocation, so that it is said once.
create table access.notice (
    allocation uuid not null references access.allocation (id),
    -- 'days-left-7', 'nearly-spent', …
    kind       text not null,
    at         timestamptz not null,
    primary key (allocation, kind)
);
