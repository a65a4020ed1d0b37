-- What nations do: initiatives as they were announced, and what a euro was worth on which day.
create schema observatory;

create table observatory.initiative (
    slug       text primary key check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    version    int not null check (version > 0),
    country    text not null check (country ~ '^[A-Z]{2}$'),
    kind       text not null check (kind in ('BUDGET', 'REQUEST', 'RECOMMENDATION', 'FUND', 'PLEDGE', 'POLICY', 'ESTIMATE')),
    announced  date not null,
    -- As it was written, checked before it came here.
    content    jsonb not null,
    changed_at timestamptz not null,
    -- Null where a file told it last.
    changed_by uuid references identity.person (id)
);

create index initiative_by_country on observatory.initiative (country, announced);

create table observatory.rate (
    day      date not null,
    -- ISO 4217; never the euro.
    currency text not null check (currency ~ '^[A-Z]{3}$' and currency <> 'EUR'),
    -- Units of the currency for one euro.
    per_euro numeric not null check (per_euro > 0),
    mark     text not null check (mark in ('PRIMARY', 'SECONDARY', 'DERIVED')),
    sources  text[] not null check (cardinality(sources) > 0),
    by_hand  boolean not null,
    primary key (day, currency)
);

create index rate_by_currency on observatory.rate (currency, day desc);

-- Analysts keep the observatory.
alter table identity.duty drop constraint duty_duty_check;
alter table identity.duty add constraint duty_duty_check check (duty in ('ADMINISTRATOR', 'REVIEWER', 'EXPERT', 'ANALYST'));
