-- Whether a machine answers, since when, and when that was last looked at.
create table federation.machine_health (
    machine   uuid primary key references federation.machine (id) on delete cascade,
    answers   boolean not null,
    since     timestamptz not null,
    looked_at timestamptz not null,
    -- What it or the way to it said where it does not: in English, and as a key with what it is filled in with.
    said      text,
    words     jsonb
);

-- What the last examination of a machine found.
create table federation.machine_examination (
    machine  uuid primary key references federation.machine (id) on delete cascade,
    at       timestamptz not null,
    findings jsonb not null
);
