-- Public-private funds. Their money is in the ledger; here stands what was told of them, and what each entry was for.
create schema funds;

create table funds.fund (
    slug          text primary key check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    name          text not null,
    name_ko       text not null,
    country       text not null check (country ~ '^[A-Z]{2}$'),
    manager       text not null,
    nature        text not null check (nature in ('REAL', 'RECOMMENDED')),
    announced     date not null,
    mark          text not null check (mark in ('PRIMARY', 'SECONDARY', 'UNVERIFIED', 'DERIVED')),
    sources       text[] not null check (cardinality(sources) > 0),
    note          text not null,
    note_ko       text not null,
    -- What the observatory knows of its announcement, by its slug.
    initiative    text,
    -- Accounts of the ledger: where commitments come from, what is committed by each, what was drawn and not yet invested, what was invested.
    outside       uuid not null unique,
    public_money  uuid not null unique,
    private_money uuid not null unique,
    cash          uuid not null unique,
    invested      uuid not null unique
);

-- What is hoped for or advised; never booked.
create table funds.target (
    fund     text not null references funds.fund (slug),
    number   int not null,
    who      text not null,
    payer    text not null check (payer in ('PUBLIC', 'PRIVATE')),
    standing text not null check (standing in ('EXPECTED', 'RECOMMENDED')),
    cents    bigint not null check (cents > 0),
    mark     text not null check (mark in ('PRIMARY', 'SECONDARY', 'UNVERIFIED', 'DERIVED')),
    sources  text[] not null check (cardinality(sources) > 0),
    note     text not null,
    note_ko  text not null,
    primary key (fund, number)
);

create table funds.movement (
    -- The ledger's entry.
    entry      uuid primary key,
    number     bigint generated always as identity unique,
    fund       text not null references funds.fund (slug),
    kind       text not null check (kind in ('COMMITMENT', 'DRAWDOWN', 'INVESTMENT', 'TAKEN_BACK')),
    payer      text check (payer in ('PUBLIC', 'PRIVATE')),
    who        text not null,
    -- 0 for the anchor commitments.
    closing    int check (closing >= 0),
    day        date not null,
    cents      bigint not null check (cents > 0),
    sources    text[] not null,
    reason     text not null,
    -- Each movement is taken back once at most.
    undoes     uuid unique references funds.movement (entry),
    -- Null where a file told it.
    entered_by uuid references identity.person (id),
    entered_at timestamptz not null,
    check ((kind = 'TAKEN_BACK') = (undoes is not null)),
    check ((kind = 'COMMITMENT') = (closing is not null)),
    check (kind not in ('COMMITMENT', 'DRAWDOWN') or payer is not null)
);

create index movement_by_fund on funds.movement (fund, number);
