-- People see and end their connections with OpenID providers, each by its number.
alter table identity.external_identity
    add column id    uuid not null default gen_random_uuid() unique,
    add column since timestamptz not null default now();

alter table identity.external_identity alter column since drop default;

create index external_identity_by_person on identity.external_identity (person);
