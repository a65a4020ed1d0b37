-- Time on partitions that belongs to those who fund them. It comes from the partition's pool, by the shares that they have agreed on.

-- The account of the ledger that a funder's time on a partition is in.
create table federation.funder_pool (
    partition uuid not null references federation.partition (id),
    -- EU, or ISO 3166-1 alpha-2.
    funder    text not null check (funder ~ '^[A-Z]{2}$'),
    account   uuid not null unique,
    primary key (partition, funder)
);

-- What went from a pool to a funder's.
create table federation.share_out (
    -- The ledger's entry.
    entry     uuid primary key,
    partition uuid not null,
    funder    text not null,
    -- Null for what was in the pool before anything was agreed.
    filling   uuid references federation.filling (entry),
    amount    bigint not null check (amount > 0),
    foreign key (partition, funder) references federation.funder_pool (partition, funder)
);

create index share_out_by_filling on federation.share_out (filling) where filling is not null;
create index share_out_by_partition on federation.share_out (partition);

-- What of that went back, since the filling was taken back.
create table federation.share_return (
    entry       uuid primary key,
    -- The entry that takes back the filling.
    taking_back uuid not null,
    share_out   uuid not null references federation.share_out (entry),
    amount      bigint not null check (amount > 0)
);

create index share_return_by_taking_back on federation.share_return (taking_back);
create index share_return_by_share_out on federation.share_return (share_out);

-- Whose time an allocation was given; null where nobody had agreed on it.
alter table access.grant_entry add column funder text check (funder ~ '^[A-Z]{2}$');

create index grant_entry_by_funder on access.grant_entry (funder, allocation) where funder is not null;
