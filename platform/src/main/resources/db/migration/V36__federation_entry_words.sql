-- Why the platform itself made an entry of the ledger, as a key with arguments; what people wrote stands in the entry alone.
create table federation.entry_words (
    entry uuid primary key,
    words jsonb not null
);
