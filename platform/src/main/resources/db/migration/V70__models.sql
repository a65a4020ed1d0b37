-- Models: what came of runs.
create schema models;

create table models.model (
    id            uuid primary key,
    organisation  uuid not null references identity.organisation (id),
    -- A run makes one model.
    run           uuid not null unique,
    maker         uuid not null references identity.person (id),
    slug          text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    name          text not null,
    licence       text not null,
    visibility    text not null check (visibility in ('PRIVATE', 'ORGANISATION', 'PUBLIC')),
    -- What the organisation says of it.
    description   text not null default '',
    intended_use  text not null default '',
    limits        text not null default '',
    risks         text not null default '',
    contact       text not null default '',
    registered_at timestamptz not null,
    parameters    bigint not null,
    bytes         bigint not null,
    -- Made by a program of the organisation's own.
    is_foreign    boolean not null,
    -- SHA-256 of the list of its files, as sha256sum writes it
    content       text not null check (content ~ '^[0-9a-f]{64}$'),
    -- How it came to be; never changed.
    facts         jsonb not null
);

create index model_by_organisation on models.model (organisation, registered_at);
create index model_by_visibility on models.model (registered_at) where visibility = 'PUBLIC';

create table models.file (
    model uuid not null references models.model (id),
    path  text collate "C" not null,
    blob  text not null references data.blob (sha256),
    bytes bigint not null,
    primary key (model, path)
);

-- The card as it read after each change of what it is written from.
create table models.card (
    model    uuid not null references models.model (id),
    version  int not null,
    made_at  timestamptz not null,
    -- Null for the first, which the platform writes.
    made_by  uuid references identity.person (id),
    markdown text not null,
    primary key (model, version)
);

-- What became of the output of each run that ended well; it stays when the model is removed, so that it is not registered again.
create table models.registration (
    run    uuid primary key,
    -- Null where there was nothing to register, or it could not be.
    model  uuid,
    -- Why there is no model; empty where there is one.
    reason text not null,
    at     timestamptz not null
);

-- Who needs a model to stay, such as 'run …'.
create table models.model_use (
    model   uuid not null references models.model (id),
    used_by text not null,
    primary key (used_by, model)
);

create index model_use_by_model on models.model_use (model);
