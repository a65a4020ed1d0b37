-- Who people are, for whom they act, and what was done by whom.
create schema identity;

create table identity.person (
    id            uuid primary key,
    email         text not null check (email = lower(email)),
    name          text not null,
    -- Null for those who sign in elsewhere, and for those who left.
    password_hash text,
    created_at    timestamptz not null,
    -- A person who left keeps a row without name and address, because the audit trail refers to it.
    left_at       timestamptz
);

create unique index person_by_email on identity.person (email) where left_at is null;

-- A person as an OpenID provider knows them.
create table identity.external_identity (
    issuer  text not null,
    subject text not null,
    person  uuid not null references identity.person (id),
    primary key (issuer, subject)
);

-- What a person does for the whole platform, beside any organisation.
create table identity.duty (
    person uuid not null references identity.person (id),
    duty   text not null check (duty in ('ADMINISTRATOR', 'REVIEWER', 'EXPERT')),
    primary key (person, duty)
);

create table identity.organisation (
    id         uuid primary key,
    name       text not null,
    kind       text not null check (kind in ('COMPANY', 'RESEARCH', 'PUBLIC_BODY', 'FACTORY', 'PROGRAMME_OFFICE')),
    -- ISO 3166-1 alpha-2
    country    text not null check (country ~ '^[A-Z]{2}$'),
    created_at timestamptz not null
);

create table identity.membership (
    person       uuid not null references identity.person (id),
    organisation uuid not null references identity.organisation (id),
    role         text not null check (role in ('OWNER', 'MEMBER', 'VIEWER')),
    since        timestamptz not null,
    primary key (organisation, person)
);

create index membership_by_person on identity.membership (person);

create table identity.invitation (
    id           uuid primary key,
    organisation uuid not null references identity.organisation (id),
    email        text not null check (email = lower(email)),
    role         text not null check (role in ('OWNER', 'MEMBER', 'VIEWER')),
    code_hash    bytea not null unique,
    invited_by   uuid not null references identity.person (id),
    invited_at   timestamptz not null,
    expires_at   timestamptz not null,
    -- Accepted or withdrawn.
    closed_at    timestamptz
);

create index invitation_by_organisation on identity.invitation (organisation) where closed_at is null;

create table identity.api_token (
    id           uuid primary key,
    person       uuid not null references identity.person (id),
    name         text not null,
    secret_hash  bytea not null unique,
    created_at   timestamptz not null,
    expires_at   timestamptz not null,
    last_used_at timestamptz,
    revoked_at   timestamptz
);

create index api_token_by_person on identity.api_token (person);

-- Failed attempts to sign in, so that passwords cannot be tried out, by whichever instance.
create table identity.failed_sign_in (
    email text not null,
    at    timestamptz not null
);

create index failed_sign_in_by_email on identity.failed_sign_in (email, at);

-- What was done. Only ever added to.
create table identity.audit (
    seq          bigint generated always as identity primary key,
    at           timestamptz not null,
    person       uuid references identity.person (id),
    organisation uuid references identity.organisation (id),
    -- What happened, in the past tense: 'run.submitted'
    action       text not null,
    -- To what: 'run 01…'
    subject      text not null,
    details      jsonb not null
);

create index audit_by_subject on identity.audit (subject, seq);
create index audit_by_organisation on identity.audit (organisation, seq);

create function identity.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'The audit trail is only ever added to.' using errcode = 'restrict_violation';
end $$;

create trigger immutable before update or delete or truncate on identity.audit
    for each statement execute function identity.refuse_change();

-- Sessions of people, shared by all instances (the tables of Spring Session).
create table spring_session (
    primary_id            char(36) not null primary key,
    session_id            char(36) not null unique,
    creation_time         bigint not null,
    last_access_time      bigint not null,
    max_inactive_interval int not null,
    expiry_time           bigint not null,
    principal_name        varchar(100)
);

create index spring_session_by_expiry on spring_session (expiry_time);
create index spring_session_by_principal on spring_session (principal_name);

create table spring_session_attributes (
    session_primary_id char(36) not null references spring_session (primary_id) on delete cascade,
    attribute_name     varchar(200) not null,
    attribute_bytes    bytea not null,
    primary key (session_primary_id, attribute_name)
);
