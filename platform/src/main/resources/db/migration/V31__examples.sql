-- The example people, so that a platform that is started again finds those it made.
create schema examples;

create table examples.person (
    key          text primary key,
    person       uuid not null references identity.person (id),
    organisation uuid not null references identity.organisation (id)
);
