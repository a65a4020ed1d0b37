-- Who pays for factories. The money is in the ledger, in accounts that are named after the rows they belong to; here stands what each entry
-- was for.
create schema cofunding;

-- What is agreed of a factory's money.
create table cofunding.terms (
    factory      uuid primary key references federation.factory (id),
    -- One of the kinds in the policy, from which the ceilings come.
    kind         text not null,
    -- Whether everybody may read its totals.
    published    boolean not null,
    version      int not null check (version >= 0)
);

-- What a factory is planned to cost.
create table cofunding.cost (
    factory  uuid not null references cofunding.terms (factory),
    year     int not null check (year between 2018 and 2100),
    category text not null,
    cents    bigint not null check (cents >= 0),
    primary key (factory, year, category)
);

-- The most that the Union pays of a category. The room below it is an account: what the Union commits is taken from there in the same
-- posting, so that nobody can commit what there is no room for.
create table cofunding.ceiling (
    factory       uuid not null references cofunding.terms (factory),
    category      text not null,
    basis_points  int not null check (basis_points between 0 and 10000),
    article       text not null,
    source        text not null,
    mark          text not null check (mark in ('PRIMARY', 'SECONDARY', 'UNVERIFIED', 'DERIVED')),
    primary key (factory, category)
);

-- What a funder pays of a category in a year. Money goes on from account to account, and none can give what it has not.
create table cofunding.line (
    id        uuid primary key,
    factory   uuid not null references cofunding.terms (factory),
    -- EU, or ISO 3166-1 alpha-2.
    funder    text not null check (funder ~ '^[A-Z]{2}$'),
    year      int not null check (year between 2018 and 2100),
    category  text not null,
    unique (factory, funder, year, category)
);

create index line_by_funder on cofunding.line (funder, factory);

create table cofunding.movement (
    -- The ledger's entry.
    entry      uuid primary key,
    number     bigint generated always as identity unique,
    line       uuid not null references cofunding.line (id),
    kind       text not null check (kind in ('PLEDGE', 'COMMITMENT', 'INSTALMENT', 'RECEIPT', 'SPENDING', 'TAKEN_BACK')),
    day        date not null,
    -- Of an instalment: when it is to be paid.
    due        date,
    -- Of a receipt: what was paid.
    instalment uuid references cofunding.movement (entry),
    cents      bigint not null check (cents > 0),
    reason     text not null,
    -- Each movement is taken back once at most.
    undoes     uuid unique references cofunding.movement (entry),
    entered_by uuid not null references identity.person (id),
    entered_at timestamptz not null,
    check ((kind = 'INSTALMENT') = (due is not null)),
    check ((kind = 'RECEIPT') = (instalment is not null)),
    check ((kind = 'TAKEN_BACK') = (undoes is not null))
);

create index movement_by_line on cofunding.movement (line, number);
create index movement_by_instalment on cofunding.movement (instalment) where instalment is not null;
create index instalment_by_due on cofunding.movement (due) where due is not null;

-- What an hour on a partition costs those who fund it, as it was published.
create table cofunding.hour_cost (
    partition      uuid not null references federation.partition (id),
    from_day       date not null,
    -- Euro cents for a GPU-hour, or a core-hour where there are no GPUs.
    cents_per_hour bigint not null check (cents_per_hour >= 0),
    mark           text not null check (mark in ('PRIMARY', 'SECONDARY', 'UNVERIFIED', 'DERIVED')),
    source         text not null,
    entered_by     uuid not null references identity.person (id),
    entered_at     timestamptz not null,
    primary key (partition, from_day)
);
