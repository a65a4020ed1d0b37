-- Calls, the proposals that answer them, and what became of them.
create schema programme;

create table programme.call (
    id             uuid primary key,
    slug           text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    kind           text not null check (kind in ('FACTORY', 'ANTENNA', 'ACCESS')),
    state          text not null check (state in ('DRAFT', 'PUBLISHED')),
    -- Counts the changes, so that nobody overwrites what they have not seen.
    version        int not null check (version > 0),
    definition     jsonb not null,
    -- Of the ledger: what the call has to give. Null for one that was published elsewhere, of which nothing is given here.
    budget_account uuid unique,
    imported       boolean not null,
    made_by        uuid references identity.person (id),
    made_at        timestamptz not null,
    published_at   timestamptz,
    check ((state = 'PUBLISHED') = (published_at is not null)),
    check (imported or made_by is not null),
    check ((budget_account is null) = (imported or state = 'DRAFT'))
);

-- What was decided for one cut-off of a call, and the two sides of its money: in the ledger.
create table programme.round (
    id             uuid primary key,
    slug           text not null unique,
    call           uuid not null references programme.call (id),
    cut_off        timestamptz,
    announced_on   date not null,
    union_account  uuid not null unique,
    states_account uuid not null unique,
    -- Of the review; null for one that was announced elsewhere.
    decision       bigint unique,
    -- Figures as they were published: what, value, mark, sources.
    facts          jsonb not null
);

create index round_by_call on programme.round (call);

create table programme.proposal (
    id                uuid primary key,
    number            bigint generated always as identity unique,
    call              uuid not null references programme.call (id),
    -- Null for what was proposed elsewhere.
    organisation      uuid references identity.organisation (id),
    -- As a file names it; null for what was written here.
    slug              text unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    state             text not null check (state in ('DRAFT', 'SUBMITTED', 'WITHDRAWN', 'SELECTED', 'RESERVE', 'REFUSED')),
    version           int not null check (version > 0),
    content           jsonb not null,
    -- What counts: the version that was submitted last, whatever was written since.
    submitted         jsonb,
    submitted_version int,
    submitted_at      timestamptz,
    cut_off           timestamptz,
    round             uuid references programme.round (id),
    made_by           uuid references identity.person (id),
    made_at           timestamptz not null,
    changed_by        uuid references identity.person (id),
    changed_at        timestamptz not null,
    check ((organisation is null) = (slug is not null)),
    check ((submitted is null) = (submitted_version is null)),
    check (state not in ('SUBMITTED', 'SELECTED', 'RESERVE', 'REFUSED') or submitted is not null)
);

create index proposal_by_call on programme.proposal (call, cut_off);
create index proposal_by_organisation on programme.proposal (organisation);

-- Every version that was saved, so that whoever comes second is told what has changed.
create table programme.revision (
    proposal uuid not null references programme.proposal (id),
    version  int not null,
    content  jsonb not null,
    by       uuid references identity.person (id),
    at       timestamptz not null,
    primary key (proposal, version)
);

-- Which countries stand behind a proposal that was submitted, and with how much.
create table programme.participation (
    proposal    uuid not null references programme.proposal (id),
    country     text not null check (country ~ '^[A-Z]{2}$'),
    role        text not null check (role in ('HOST', 'JOINER')),
    -- Euro cents; null where it was never published.
    share_cents bigint check (share_cents >= 0),
    primary key (proposal, country)
);

create table programme.document (
    id       uuid primary key,
    proposal uuid not null references programme.proposal (id),
    part     text not null,
    name     text not null,
    sha256   bytea not null,
    content  bytea not null,
    added_by uuid not null references identity.person (id),
    added_at timestamptz not null
);

create index document_by_proposal on programme.document (proposal);
