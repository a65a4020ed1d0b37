-- The same as reason, as a key with arguments; null for what a person wrote, and for what was decided before.
alter table access.application add column reason_words jsonb;
alter table access.change add column reason_words jsonb;
