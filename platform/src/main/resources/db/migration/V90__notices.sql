-- What people are told of what concerns them, in the portal and by mail.
create schema notices;

create table notices.notice (
    -- Made from what it tells and whom, so that the same event told again is no second notice.
    id           uuid primary key,
    person       uuid references identity.person (id),
    -- Of somebody who is told by mail alone, because they may have no account: an invitation. Emptied when that mail is sent.
    address      text,
    language     text,
    -- Whose people alone may read it; null where nobody's.
    organisation uuid references identity.organisation (id),
    kind         text not null,
    -- notices.tell.KEY.title and .text in the message bundles say it,
    key          text not null,
    -- filled in with these.
    words        jsonb not null,
    path         text not null check (path ~ '^/([^/]|$)'),
    at           timestamptz not null,
    read_at      timestamptz,
    check ((person is null) = (address is not null)),
    check ((address is null) = (language is null))
);

create index notice_by_person on notices.notice (person, at desc, id desc);
create index notice_unread on notices.notice (person) where read_at is null;
create index notice_by_time on notices.notice (at);

-- What is to be mailed; written down with its notice, whose name it has.
create table notices.mail (
    id       uuid primary key references notices.notice (id) on delete cascade,
    made_at  timestamptz not null,
    tries    int not null default 0,
    -- When it is tried again; moved on before each try, so that nobody else takes it meanwhile.
    next_at  timestamptz not null,
    -- Sent, or given up.
    ended_at timestamptz
);

create index mail_waiting on notices.mail (next_at) where ended_at is null;

-- In which language a person last read the portal; their mail is in it, too.
create table notices.preference (
    person   uuid primary key references identity.person (id),
    language text not null
);

-- Kinds of which a person wants no mail.
create table notices.muted (
    person uuid not null references identity.person (id),
    kind   text not null,
    primary key (person, kind)
);
