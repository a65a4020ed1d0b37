-- On which of Slurm's accounts jobs run: all on the one that the machine is connected with, or each organisation's on one of its own under it.
alter table federation.slurm_site
    add column accounts text not null default 'SERVICE' check (accounts in ('SERVICE', 'PER_ORGANISATION'));

create table federation.slurm_account (
    machine      uuid not null references federation.machine (id),
    organisation uuid not null references identity.organisation (id),
    -- As Slurm calls it.
    name         text not null,
    -- The most that all its jobs may ever take, as Slurm writes it, as it was last set or tried to be set.
    limits       text not null,
    -- Why Slurm would not set it; null where it did.
    unset        text,
    at           timestamptz not null,
    primary key (machine, organisation)
);
