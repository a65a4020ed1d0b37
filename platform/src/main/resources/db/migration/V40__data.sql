-- Files by content, uploads that become such files, and datasets whose versions consist of them.
create schema data;

-- A file in the folder for blobs. Changed and removed only under the lock of its row, so that none is removed that somebody is about to keep.
create table data.blob (
    sha256     text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
    bytes      bigint not null check (bytes >= 0),
    stored_at  timestamptz not null,
    -- Until then it stays although nobody keeps it yet.
    kept_until timestamptz not null
);

-- Who keeps which files: 'upload …', 'version …', 'model …'.
create table data.keeping (
    keeper       text not null,
    blob         text not null references data.blob (sha256),
    organisation uuid not null references identity.organisation (id),
    primary key (keeper, blob)
);

create index keeping_by_blob on data.keeping (blob);
create index keeping_by_organisation on data.keeping (organisation, blob);

-- One row an organisation; whoever takes room locks it first. Null: as much as the settings say.
create table data.room (
    organisation uuid primary key references identity.organisation (id),
    limit_bytes  bigint check (limit_bytes >= 0)
);

-- state     received  blob    what it means
-- RECEIVING < length  null    parts are still to come
-- RECEIVED  = length  null    all bytes are there and are being checked
-- FINISHED  = length  given   checked and stored under its content
create table data.upload (
    id           uuid primary key,
    organisation uuid not null references identity.organisation (id),
    person       uuid not null references identity.person (id),
    name         text not null,
    length       bigint not null check (length >= 0),
    -- What the sender said that the file's SHA-256 is.
    announced    text check (announced ~ '^[0-9a-f]{64}$'),
    -- Bytes that are on the disk for good; what the file holds beyond them does not count.
    received     bigint not null check (received between 0 and length),
    state        text not null check (state in ('RECEIVING', 'RECEIVED', 'FINISHED')),
    blob         text references data.blob (sha256),
    created_at   timestamptz not null,
    expires_at   timestamptz not null,
    check ((state = 'RECEIVING') = (received < length)),
    check ((state = 'FINISHED') = (blob is not null))
);

create index upload_by_organisation on data.upload (organisation, created_at);
create index upload_by_expiry on data.upload (expires_at);

create table data.dataset (
    id           uuid primary key,
    organisation uuid not null references identity.organisation (id),
    name         text not null,
    description  text not null,
    -- SPDX licence expression
    licence      text not null,
    -- ISO 639
    languages    text[] not null,
    made_by      uuid not null references identity.person (id),
    made_at      timestamptz not null
);

create unique index dataset_by_name on data.dataset (organisation, lower(name));

-- Never changed; removed only with the dataset.
create table data.version (
    dataset       uuid not null references data.dataset (id),
    -- SHA-256 of the manifest
    content       text not null check (content ~ '^[0-9a-f]{64}$'),
    number        int not null,
    files         int not null,
    bytes         bigint not null,
    texts         bigint not null,
    conversations bigint not null,
    made_by       uuid not null references identity.person (id),
    made_at       timestamptz not null,
    primary key (dataset, content),
    unique (dataset, number)
);

create table data.version_file (
    dataset uuid not null,
    content text not null,
    -- Compared byte by byte, as the manifest sorts it.
    path    text collate "C" not null,
    blob    text not null references data.blob (sha256),
    bytes   bigint not null,
    -- What a person should know of it, as of lines that the engine will refuse; empty where there is nothing to say.
    remark  text not null,
    primary key (dataset, content, path),
    foreign key (dataset, content) references data.version (dataset, content)
);

-- Who needs a version to stay, such as 'run …'.
create table data.version_use (
    dataset uuid not null,
    content text not null,
    used_by text not null,
    primary key (used_by, dataset, content),
    foreign key (dataset, content) references data.version (dataset, content)
);

create index version_use_by_version on data.version_use (dataset, content);

-- What reading a file in one form has shown; true for as long as its content has its name.
create table data.examination (
    blob          text not null references data.blob (sha256) on delete cascade,
    form          text not null check (form in ('TEXT', 'JSON_LINES')),
    texts         bigint not null,
    conversations bigint not null,
    remark        text not null,
    -- Why no version can have it; empty where it can be used.
    fault         text not null,
    primary key (blob, form)
);
