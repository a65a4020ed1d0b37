-- The same as failure, as a key with arguments; null for what was written before.
alter table chat.server add column failure_words jsonb;
