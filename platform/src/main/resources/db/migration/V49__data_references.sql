-- Whether anything still names a file is asked by PostgreSQL itself for each file that is removed; without these it would read whole tables.
create index version_file_by_blob on data.version_file (blob);
create index upload_by_blob on data.upload (blob) where blob is not null;
