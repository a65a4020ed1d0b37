-- What modules have told each other: written in the transaction that reports it, gone when every listener has done its part. The form
-- is Spring Modulith's.
create schema events;

create table events.event_publication (
    id                     uuid primary key,
    listener_id            text not null,
    event_type             text not null,
    serialized_event       text not null,
    publication_date       timestamptz not null,
    completion_date        timestamptz,
    status                 text,
    completion_attempts    int,
    last_resubmission_date timestamptz
);

create index event_publication_by_content on events.event_publication using hash (serialized_event);
create index event_publication_by_completion on events.event_publication (completion_date);
