-- What the books of the machines themselves say of attempts, where that differs from what was settled.
alter table training.attempt
    -- As corrected; null where the books agree. What was settled at first stays as it is.
    add column corrected_used    bigint check (corrected_used >= 0),
    add column corrected_charged bigint check (corrected_charged >= 0),
    add column corrected_site    bigint check (corrected_site >= 0),
    -- What that costs, where it costs something.
    add column corrected_cents   bigint;

create table training.correction (
    id             uuid primary key,
    run            uuid not null,
    attempt        int not null,
    -- Counts those of an attempt from 1.
    number         int not null check (number > 0),
    machine        uuid not null references federation.machine (id),
    at             timestamptz not null,
    -- In the unit of the partition.
    used_before    bigint not null,
    used           bigint not null,
    charged_before bigint not null,
    charged        bigint not null,
    site_before    bigint not null,
    site           bigint not null,
    unique (run, attempt, number),
    foreign key (run, attempt) references training.attempt (run, number)
);

create index correction_by_machine on training.correction (machine, at);

-- The ledger's entries of corrections.
create table training.correction_entry (
    entry      uuid primary key,
    correction uuid not null references training.correction (id),
    -- Whose part of the attempt it moved.
    side       text not null check (side in ('CHARGED', 'SITE', 'EURO')),
    -- Negative where it takes back what another entry gave.
    amount     bigint not null check (amount <> 0),
    concerns   uuid,
    check ((amount < 0) = (concerns is not null))
);

create index correction_entry_by_correction on training.correction_entry (correction);

-- When the books of a machine were read, and what that came to.
create table training.reconciliation (
    machine   uuid not null references federation.machine (id),
    at        timestamptz not null,
    -- Attempts that ended in the time that was looked at.
    compared  int not null,
    corrected int not null,
    -- Of which the books know nothing, or no end.
    unknown   int not null,
    primary key (machine, at)
);
