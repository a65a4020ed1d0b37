-- Chat: models that answer, the keys by which programs ask them, and what was asked.
create schema chat;

-- One row for each model and each organisation that pays for its answers.
--
-- wanted  asked  run    what it means
-- no      null   null   stopped by a person; a question does not wake it
-- yes     null   null   sleeps; the next question wakes it
--         given  null   a run is being asked for, by the key in asked; whoever asks again by it gets the same run
--         given  given  starts, or answers, or has ended and nobody has noticed yet
create table chat.server (
    model        uuid not null,
    organisation uuid not null references identity.organisation (id),
    allocation   uuid not null,
    started_by   uuid not null references identity.person (id),
    wanted       boolean not null,
    asked        uuid,
    -- What was asked for, so that it can be asked again in the same words.
    wall_seconds bigint not null default 0,
    run          uuid,
    -- What the server asks of whoever calls it; it listens on this computer alone.
    secret       text not null default '',
    -- Where it listens; empty until it has said so.
    address      text not null default '',
    since        timestamptz not null,
    used_at      timestamptz not null,
    -- Why the last one ended that was not asked to; empty where none has.
    failure      text not null default '',
    failed_at    timestamptz,
    primary key (model, organisation),
    check (run is null or asked is not null)
);

create index server_under_way on chat.server (asked) where asked is not null;

create table chat.key (
    id                  uuid primary key,
    organisation        uuid not null references identity.organisation (id),
    made_by             uuid not null references identity.person (id),
    name                text not null,
    secret_hash         bytea not null unique,
    -- Empty: all that the organisation may use.
    models              uuid[] not null,
    tokens_per_day      bigint check (tokens_per_day > 0),
    requests_per_minute int check (requests_per_minute > 0),
    made_at             timestamptz not null,
    expires_at          timestamptz not null,
    last_used_at        timestamptz,
    revoked_at          timestamptz
);

create index key_by_organisation on chat.key (organisation, made_at);

-- What was asked and answered; a day is one of UTC. Of a key or of a person, never of both.
create table chat.usage (
    holder            text not null,
    organisation      uuid not null references identity.organisation (id),
    day               date not null,
    model             uuid not null,
    requests          bigint not null,
    prompt_tokens     bigint not null,
    completion_tokens bigint not null,
    primary key (holder, organisation, day, model)
);

create index usage_by_organisation on chat.usage (organisation, day);

-- What a key has spent of its day, so that its row can be locked while a question is weighed.
create table chat.key_day (
    key    uuid not null references chat.key (id),
    day    date not null,
    tokens bigint not null,
    primary key (key, day)
);

-- What questions under way may still take; those of a platform that was killed end by themselves.
create table chat.reservation (
    id         uuid primary key,
    key        uuid not null references chat.key (id),
    day        date not null,
    tokens     bigint not null,
    expires_at timestamptz not null
);

create index reservation_by_key on chat.reservation (key, day);

create table chat.key_minute (
    key      uuid not null references chat.key (id),
    minute   timestamptz not null,
    requests int not null,
    primary key (key, minute)
);
