-- Why a run is where it is: what was asked of machines, and all that were looked at, the best first.
create table training.placement (
    run        uuid primary key references training.run (id),
    decided_at timestamptz not null,
    rules      jsonb not null,
    candidates jsonb not null,
    -- In English, and as a key with what it is filled in with.
    why        text not null,
    why_words  jsonb not null
);

-- What a machine foretold of an attempt when it was handed over; when it did begin stands in the attempt.
create table training.forecast (
    run          uuid not null,
    number       int not null,
    partition    uuid not null references federation.partition (id),
    made_at      timestamptz not null,
    -- How long it was to wait, as the machine said it.
    wait_seconds bigint not null check (wait_seconds >= 0),
    primary key (run, number),
    foreign key (run, number) references training.attempt (run, number)
);

create index forecast_by_partition on training.forecast (partition, made_at desc);

-- In which countries what belongs to an organisation, or one of its datasets, may be worked on.
create table training.residency (
    -- An organisation or a dataset.
    subject      uuid primary key,
    organisation uuid not null references identity.organisation (id),
    countries    text[] not null check (cardinality(countries) > 0)
);

create index residency_by_organisation on training.residency (organisation);
