-- What an attempt was charged in euro cents; null where its allocation costs nothing, and before it has ended.
alter table training.attempt add column cents bigint check (cents is null or (cents >= 0 and charged is not null));
