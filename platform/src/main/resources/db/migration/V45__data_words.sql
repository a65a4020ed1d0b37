-- What a file is found to be, as keys with arguments; null for what was found before, and where there is nothing to say.
alter table data.examination add column remark_words jsonb, add column fault_words jsonb;
alter table data.version_file add column remark_words jsonb;
