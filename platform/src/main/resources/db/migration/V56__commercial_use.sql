-- Commercial use is paid for: such an allocation has a second account in the ledger, in euro cents. What that was granted is the most
-- that the allocation may cost, and what it has spent is what its organisation owes to the factory.

-- The two accounts of each factory that has sold time; in euro cents.
create table access.euro_book (
    factory        uuid primary key references federation.factory (id),
    -- Gives what allocations may cost.
    credit_account uuid not null unique,
    -- Has what organisations owe.
    owed_account   uuid not null unique
);

alter table access.allocation
    -- What an hour of the partition's unit cost when it was granted. Null where it costs nothing, and where it was granted before
    -- money was booked.
    add column price_cents bigint check (price_cents >= 0),
    -- In the ledger.
    add column euro_account uuid unique,
    add constraint priced check (num_nonnulls(price_cents, euro_account) in (0, 2) and (commercial or price_cents is null));

-- The ledger's entries that gave euro cents to an allocation, beside those of access.grant_entry that gave time.
create table access.euro_entry (
    entry      uuid primary key,
    number     bigint generated always as identity,
    allocation uuid not null references access.allocation (id),
    amount     bigint not null check (amount > 0),
    returned   bigint not null default 0 check (returned between 0 and amount)
);

create index euro_entry_by_allocation on access.euro_entry (allocation, number);
