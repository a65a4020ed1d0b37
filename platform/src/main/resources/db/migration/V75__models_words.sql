-- The same as reason, as a key with arguments; null for what was written before.
alter table models.registration add column reason_words jsonb;
