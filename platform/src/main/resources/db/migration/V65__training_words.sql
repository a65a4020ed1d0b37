-- The same as trouble, as a key with arguments; null for what was written before and for what a machine itself said.
alter table training.attempt add column trouble_words jsonb;
