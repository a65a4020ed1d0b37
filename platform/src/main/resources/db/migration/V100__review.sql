-- How papers are judged. A paper is whatever is judged: a proposal for a factory, an application for much time.
create schema review;

-- Schemes are never changed; a changed one is the next version.
create table review.scheme (
    slug       text not null check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    version    int not null check (version > 0),
    definition jsonb not null,
    made_at    timestamptz not null,
    primary key (slug, version)
);

-- The judging of all that came in for one cut-off.
create table review.panel (
    id             uuid primary key,
    -- What it judges for, as its owner names it; there is one panel for each.
    subject        text not null unique,
    title          jsonb not null,
    scheme         text not null,
    scheme_version int not null,
    -- How many reviewers each paper has at least.
    reviewers      int not null check (reviewers between 1 and 20),
    when_short     text not null check (when_short in ('STOP', 'PASS_OVER')),
    reserve        int not null check (reserve between 0 and 1000),
    state          text not null check (state in ('OPEN', 'DECIDED')),
    opened_by      uuid not null references identity.person (id),
    opened_at      timestamptz not null,
    foreign key (scheme, scheme_version) references review.scheme (slug, version)
);

create table review.paper (
    id            uuid primary key,
    panel         uuid not null references review.panel (id),
    title         text not null,
    -- Whose it is, and who else has a part in it: those whose people may not judge it.
    organisation  uuid not null references identity.organisation (id),
    partners      uuid[] not null,
    -- ISO 3166-1 alpha-2, where what it is about would stand.
    country       text not null check (country ~ '^[A-Z]{2}$'),
    -- What a reviewer should know of.
    topics        text[] not null,
    -- Euro cents.
    asked         bigint not null check (asked >= 0),
    submitted_at  timestamptz not null,
    -- Taken back by whoever it is of; it is judged no more.
    withdrawn_at  timestamptz
);

create index paper_by_panel on review.paper (panel);

create table review.reviewer (
    person   uuid primary key references identity.person (id),
    country  text not null check (country ~ '^[A-Z]{2}$'),
    topics   text[] not null,
    -- How many papers at most, at a time.
    most     int not null check (most between 0 and 1000),
    saved_at timestamptz not null
);

-- What a reviewer says of themselves that nobody else could know.
create table review.declared_conflict (
    id          uuid primary key,
    person      uuid not null references review.reviewer (person),
    -- One of the two.
    organisation uuid references identity.organisation (id),
    country      text check (country ~ '^[A-Z]{2}$'),
    reason      text not null,
    declared_at timestamptz not null,
    check ((organisation is null) <> (country is null))
);

create index declared_conflict_by_person on review.declared_conflict (person);

create table review.assignment (
    id          uuid primary key,
    paper       uuid not null references review.paper (id),
    person      uuid not null references review.reviewer (person),
    -- Why this reviewer: a message.
    reason      jsonb not null,
    -- Null where the platform assigned.
    assigned_by uuid references identity.person (id),
    assigned_at timestamptz not null,
    -- The reviewer found a conflict, or the office took it back; never one that has been handed in.
    ended_at    timestamptz,
    end_reason  text,
    version     int not null default 0,
    scores      jsonb not null default '{}',
    comments    jsonb not null default '{}',
    handed_in_at timestamptz,
    check (ended_at is null or handed_in_at is null),
    check ((ended_at is null) = (end_reason is null))
);

create unique index assignment_once on review.assignment (paper, person) where ended_at is null;
create index assignment_by_person on review.assignment (person) where ended_at is null;

-- What the reviewers of a paper agree on.
create table review.consensus (
    paper       uuid primary key references review.paper (id),
    version     int not null,
    scores      jsonb not null,
    comment     text not null,
    recorded_by uuid not null references identity.person (id),
    recorded_at timestamptz not null
);

-- Decisions are numbered, and nothing of them is ever changed. The record is kept as text, to the character.
create table review.decision (
    number     bigint generated always as identity primary key,
    panel      uuid not null unique references review.panel (id),
    -- The scheme, the scores, the budget and the rule that went in.
    ground     text not null,
    -- Ranking and selection that came out.
    outcome    text not null,
    reason     text not null,
    decided_by uuid not null references identity.person (id),
    decided_at timestamptz not null
);

create function review.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'What was decided stays: % of review.% is refused.', lower(tg_op), tg_table_name using errcode = 'restrict_violation';
end $$;

create trigger immutable before update or delete or truncate on review.decision
    for each statement execute function review.refuse_change();
create trigger immutable before update or delete or truncate on review.scheme
    for each statement execute function review.refuse_change();

create table review.appeal (
    id          uuid primary key,
    paper       uuid not null unique references review.paper (id),
    text        text not null,
    filed_by    uuid not null references identity.person (id),
    filed_at    timestamptz not null,
    -- By when it is to be answered.
    promised_by timestamptz not null,
    upheld      boolean,
    answer      text,
    answered_by uuid references identity.person (id),
    answered_at timestamptz,
    check ((upheld is null) = (answered_at is null)),
    check ((answer is null) = (answered_at is null))
);
