-- As in V49.
create index file_by_blob on models.file (blob);
