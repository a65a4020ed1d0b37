-- Factories that the programme has selected: who shares each from which day on, and how far each has come.
create schema hosting;

create table hosting.hosting (
    factory       uuid primary key references federation.factory (id),
    proposal      uuid not null unique references programme.proposal (id),
    -- Counts the changes, so that nobody overwrites what they have not seen.
    version       int not null check (version > 0),
    imported      boolean not null,
    latitude      double precision check (latitude between -90 and 90),
    longitude     double precision check (longitude between -180 and 180),
    place_sources text[] not null default '{}',
    -- Null where a file told it.
    made_by       uuid references identity.person (id),
    made_at       timestamptz not null,
    check ((latitude is null) = (longitude is null))
);

-- How a factory is shared from a day on, until the next one begins.
create table hosting.agreement (
    factory    uuid not null references hosting.hosting (factory),
    from_day   date not null,
    reason     text not null,
    entered_by uuid references identity.person (id),
    entered_at timestamptz not null,
    primary key (factory, from_day)
);

create table hosting.share (
    factory     uuid not null,
    from_day    date not null,
    -- EU, or a country: ISO 3166-1 alpha-2.
    participant text not null check (participant ~ '^[A-Z]{2}$'),
    role        text not null check (role in ('UNION', 'HOST', 'JOINER')),
    -- Exact, in lowest terms; null where it was never published.
    part        bigint check (part >= 0),
    whole       bigint check (whole > 0),
    mark        text check (mark in ('PRIMARY', 'SECONDARY', 'UNVERIFIED', 'DERIVED')),
    sources     text[] not null default '{}',
    primary key (factory, from_day, participant),
    foreign key (factory, from_day) references hosting.agreement (factory, from_day) on delete cascade,
    check ((part is null) = (whole is null)),
    check (part <= whole),
    check ((role = 'UNION') = (participant = 'EU'))
);

create unique index share_one_host on hosting.share (factory, from_day) where role = 'HOST';

create table hosting.milestone (
    factory    uuid not null references hosting.hosting (factory),
    step       text not null check (step in ('AGREEMENT', 'TENDER', 'CONTRACT', 'INSTALLATION', 'ACCEPTANCE', 'OPERATION')),
    planned    date,
    reached    date,
    mark       text check (mark in ('PRIMARY', 'SECONDARY', 'UNVERIFIED', 'DERIVED')),
    sources    text[] not null default '{}',
    -- Null where a file told it; what a person entered, no file changes.
    entered_by uuid references identity.person (id),
    primary key (factory, step)
);

-- What was changed, for everybody to read; who did it stands in the audit trail.
create table hosting.change (
    number  bigint generated always as identity primary key,
    factory uuid not null references hosting.hosting (factory),
    at      timestamptz not null,
    kind    text not null check (kind in ('ESTABLISHED', 'AGREED', 'TAKEN_BACK', 'PLANNED', 'REACHED')),
    step    text check (step in ('AGREEMENT', 'TENDER', 'CONTRACT', 'INSTALLATION', 'ACCEPTANCE', 'OPERATION')),
    before  date,
    day     date,
    reason  text not null
);

create index change_by_factory on hosting.change (factory, number);
