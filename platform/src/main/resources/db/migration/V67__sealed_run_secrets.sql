-- The secrets of a run that waits, sealed under the key in HOME/keys; what an earlier platform wrote stands as JSON until it is sealed.
alter table training.attempt alter column secrets type text using secrets::text;
